"""Long work with progress that survives leaving the page."""
