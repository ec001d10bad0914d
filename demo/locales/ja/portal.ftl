# p
