"""What phones could not settle by themselves: late records, files they kept, phones that are lost or silent."""
