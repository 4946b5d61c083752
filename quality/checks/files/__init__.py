"""Rules on the finished candidate: editions and public tables, exactly as they would be published."""
