"""Leading a group: who looks after whom, who has gone silent, handing over when somebody leaves."""
