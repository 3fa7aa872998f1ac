"""How far are we, where is it stuck: numbers, lists, reports."""
