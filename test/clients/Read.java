// Reads views over JDBC the way a program would, each column by the getter of its
// type. Arguments: URL, user, folder. Each line of the standard input is a name and
// a query, with a tab between; the rows go to the file of that name, cells with
// US (1f) between them, each row with RS (1e) at its end, NULL as \N.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

public class Read {
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");

    static String cell(ResultSet row, int column, String type) throws SQLException {
        String text;
        switch (type) {
            case "int4": text = Integer.toString(row.getInt(column)); break;
            case "int8": text = Long.toString(row.getLong(column)); break;
            case "numeric": { BigDecimal value = row.getBigDecimal(column); text = value == null ? null : value.toPlainString(); break; }
            case "float8": text = Double.toString(row.getDouble(column)); break;
            case "bool": text = row.getBoolean(column) ? "t" : "f"; break;
            case "date": { LocalDate value = row.getObject(column, LocalDate.class); text = value == null ? null : value.toString(); break; }
            case "timestamptz": {
                OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
                text = value == null ? null : TIME.format(value.withOffsetSameInstant(ZoneOffset.UTC));
                break;
            }
            case "text": text = row.getString(column); break;
            default: throw new SQLException("a column of type " + type);
        }
        return row.wasNull() ? "\\N" : text;
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader queries = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Connection connection = DriverManager.getConnection(arguments[0], arguments[1], "");
             Statement statement = connection.createStatement()) {
            System.out.println(connection.getMetaData().getDriverName() + " " + connection.getMetaData().getDriverVersion()
                + ", Java " + System.getProperty("java.version"));
            for (String line; (line = queries.readLine()) != null; ) {
                String[] parts = line.split("\t", 2);
                StringBuilder rows = new StringBuilder();
                try (ResultSet row = statement.executeQuery(parts[1])) {
                    ResultSetMetaData columns = row.getMetaData();
                    while (row.next())
                        for (int c = 1; c <= columns.getColumnCount(); c++)
                            rows.append(cell(row, c, columns.getColumnTypeName(c))).append(c < columns.getColumnCount() ? '\u001f' : '\u001e');
                }
                Files.write(Path.of(arguments[2], parts[0]), rows.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
