package io.weirflow.connectors.http;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.format.ColumnText;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An address with columns in braces: <code>https://scores.example/v1/{user}?limit={n}</code>. Values are encoded, so none can change what is
 * asked.
 */
final class UrlTemplate {

    private final List<String> texts = new ArrayList<>();
    private final List<Integer> columns = new ArrayList<>();
    private final RowType rowType;

    private UrlTemplate(RowType rowType) {
        this.rowType = rowType;
    }

    /** @throws IllegalArgumentException when it is none; the message says why and shows nothing of the address but the name of a column */
    static UrlTemplate parse(String text, RowType rowType) {
        UrlTemplate template = new UrlTemplate(rowType);
        int at = 0;
        while (true) {
            int open = text.indexOf('{', at);
            if (open < 0) {
                template.texts.add(text.substring(at));
                break;
            }
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException("'{' is not closed");
            }
            String name = text.substring(open + 1, close);
            int column = rowType.indexOf(name);
            if (column < 0) {
                throw new IllegalArgumentException("the row has no column '" + name + "'; it has "
                        + String.join(
                                ", ",
                                rowType.columns().stream()
                                        .map(one -> one.name())
                                        .toList()));
            }
            template.texts.add(text.substring(at, open));
            template.columns.add(column);
            at = close + 1;
        }
        template.checkAddress();
        return template;
    }

    /** A value must not choose the host. */
    private void checkAddress() {
        URI sample;
        try {
            sample = new URI(String.join("x", texts));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("it is not an address");
        }
        boolean http = "http".equalsIgnoreCase(sample.getScheme()) || "https".equalsIgnoreCase(sample.getScheme());
        if (!http || sample.getHost() == null || sample.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "it must be an http or https address without a user; give that as a header");
        }
        int hostEnds = sample.getScheme().length()
                + "://".length()
                + sample.getRawAuthority().length();
        if (!columns.isEmpty() && texts.get(0).length() < hostEnds) {
            throw new IllegalArgumentException("a column cannot be part of the host");
        }
    }

    /** Returns the host, for messages: path and query may be secret. */
    String shown() {
        URI sample = URI.create(String.join("x", texts));
        return sample.getScheme() + "://" + sample.getRawAuthority();
    }

    URI of(Row row) throws RowException {
        StringBuilder text = new StringBuilder(texts.get(0));
        for (int i = 0; i < columns.size(); i++) {
            int column = columns.get(i);
            if (row.isNull(column)) {
                throw new RowException(
                        "column '" + rowType.column(column).name() + "' is NULL and is part of the address");
            }
            String value = URLEncoder.encode(ColumnText.of(row, column, rowType), StandardCharsets.UTF_8);
            text.append(value.replace("+", "%20")).append(texts.get(i + 1));
        }
        return URI.create(text.toString());
    }
}
