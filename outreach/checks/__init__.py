"""Whether visits happened as they were noted: doubtful ones looked into, others drawn by lot and checked."""
