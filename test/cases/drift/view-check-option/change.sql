ALTER VIEW v SET (check_option = local);
