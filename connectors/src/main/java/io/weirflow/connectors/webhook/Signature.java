package io.weirflow.connectors.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs bodies with HMAC-SHA256, so that the receiver knows who sent them. */
final class Signature {

    static final String HEADER = "X-Weirflow-Signature";
    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /** Returns {@code sha256=} and the code in hexadecimal. */
    static String of(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JRE has " + ALGORITHM, e);
        }
    }
}
