package io.weirflow.worker.connect;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.connector.SecretResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolves references to secrets by this process's environment and files: <code>${NAME}</code>, <code>${NAME:-default}</code> and
 * <code>${file:/path}</code>, whose last line break is not part of the secret; <code>$${</code> stands for <code>${</code>.
 */
public final class EnvironmentSecrets implements SecretResolver {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)\\}");
    private static final String FILE = "file:";
    private static final int MAX_SECRET_BYTES = 64 << 10;

    private final Map<String, String> variables;

    /** @param variables such as those of the environment */
    public EnvironmentSecrets(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    @Override
    public String resolve(SecretRef secret) {
        Matcher matcher = REFERENCE.matcher(secret.template());
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1);
            matcher.appendReplacement(text, Matcher.quoteReplacement(name == null ? "${" : value(name)));
        }
        return matcher.appendTail(text).toString();
    }

    private String value(String reference) {
        if (reference.startsWith(FILE)) {
            return read(Path.of(reference.substring(FILE.length())));
        }
        int fallback = reference.indexOf(":-");
        String name = fallback < 0 ? reference : reference.substring(0, fallback);
        String value = variables.get(name);
        if (value == null && fallback >= 0) {
            return reference.substring(fallback + 2);
        }
        return Objects.requireNonNullElseGet(value, () -> {
            throw ConnectorException.fatal("variable '" + name + "' is not set in the worker's environment");
        });
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > MAX_SECRET_BYTES) {
                throw ConnectorException.fatal(
                        "secret file " + file + " is larger than " + MAX_SECRET_BYTES + " bytes");
            }
            return Files.readString(file).replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new ConnectorException("secret file " + file + " cannot be read: " + e.getMessage(), true, e);
        }
    }
}
