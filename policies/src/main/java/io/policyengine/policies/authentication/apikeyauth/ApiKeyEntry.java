package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("A key and its owner. It has exactly one of sha256 and plain.")
record ApiKeyEntry(
        @Doc(value = "Id of the key's owner; becomes the identity and X-User-ID.", examples = "\"billing-service\"")
        String consumer,

        @Doc("SHA-256 digest of the key, 64 hexadecimal digits, with or without a leading sha256:.") @Nullable
        String sha256,

        @Doc("The key itself. Prefer sha256: anyone who can read the configuration can use this key.") @Secret @Nullable
        String plain,

        @Doc(
                value = "Time from which the key is refused: an RFC 3339 timestamp, or a date for the start of that "
                        + "day in UTC.",
                examples = {"\"2027-01-31\"", "\"2027-01-31T12:00:00Z\""})
        @Nullable
        String expires,

        @Doc(
                value = "Further facts about the consumer, which become claims of its identity. roles and scopes also "
                        + "set its roles and scopes: each is a list of strings, or one string without commas and "
                        + "blanks. tier also sets its tier.",
                examples = "{\"roles\": [\"reader\"], \"tier\": \"gold\"}")
        @Default("{}")
        Map<String, JsonNode> attributes) {

    /** Returns a text without the key, which may be secret. */
    @Override
    public String toString() {
        return "ApiKeyEntry[" + consumer + "]";
    }
}
