package io.policyengine.policies.authentication.shared.oauth2;

import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A form to send to an authorization server, encoded as {@code application/x-www-form-urlencoded}. */
public final class TokenRequestForm {
    private final StringBuilder text = new StringBuilder(256);

    /** Adds a field, and encodes its name and value. */
    public TokenRequestForm add(String name, String value) {
        if (!text.isEmpty()) {
            text.append('&');
        }
        text.append(encoded(name)).append('=').append(encoded(value));
        return this;
    }

    Buffer body() {
        return Buffer.buffer(text.toString());
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Returns a text that reveals nothing of the form, which holds tokens. */
    @Override
    public String toString() {
        return "Form[***]";
    }
}
