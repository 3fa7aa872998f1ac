"""The rehearsal portal: pretend screens, pretend data, real practice; nothing typed here is ever stored."""
