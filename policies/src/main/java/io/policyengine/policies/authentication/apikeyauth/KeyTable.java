package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.RoleList;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.policyengine.policies.shared.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The consumers of an API, by the SHA-256 digest of their key.
 *
 * @param plainKeys number of keys that are configured in plain text
 */
record KeyTable(Map<Sha256, Consumer> consumers, int plainKeys) {
    private static final String DIGEST_PREFIX = "sha256:";

    /** The result of reading key entries: a table of keys, or the problems found. */
    sealed interface Reading {
        record Ok(KeyTable table) implements Reading {}

        record Invalid(List<ParamProblem> problems) implements Reading {}
    }

    @Nullable
    Consumer find(Sha256 digest) {
        return consumers.get(digest);
    }

    /**
     * Validates entries and returns their table.
     *
     * @param pointer JSON Pointer to the list of entries
     * @param others keys configured elsewhere, which must not be repeated
     */
    static Reading read(List<ApiKeyEntry> entries, String pointer, KeyTable others) {
        Reader reader = new Reader(others);
        for (int i = 0; i < entries.size(); i++) {
            reader.add(entries.get(i), pointer + "/" + i);
        }
        return reader.problems.isEmpty()
                ? new Reading.Ok(new KeyTable(Map.copyOf(reader.consumers), reader.plainKeys))
                : new Reading.Invalid(List.copyOf(reader.problems));
    }

    static KeyTable empty() {
        return new KeyTable(Map.of(), 0);
    }

    private static final class Reader {
        private final KeyTable others;
        private final Map<Sha256, Consumer> consumers = new HashMap<>();
        private final List<ParamProblem> problems = new ArrayList<>();
        private int plainKeys;

        Reader(KeyTable others) {
            this.others = others;
        }

        void add(ApiKeyEntry entry, String pointer) {
            if (!IdentityHeaders.isLegalId(entry.consumer())) {
                problem(
                        pointer + "/consumer",
                        "a consumer must not be empty, and must have no control characters and no blanks at its ends");
            }
            Instant expires = expires(entry.expires(), pointer + "/expires");
            Identity identity = identity(entry, pointer + "/attributes");
            Sha256 digest = digest(entry, pointer);
            if (digest == null) {
                return;
            }
            Consumer consumer = new Consumer(expires, List.copyOf(IdentityHeaders.announce(identity)));
            if (others.find(digest) != null || consumers.putIfAbsent(digest, consumer) != null) {
                problem(pointer, "the same key is listed twice: each key belongs to one consumer");
            }
        }

        private @Nullable Sha256 digest(ApiKeyEntry entry, String pointer) {
            String sha256 = entry.sha256();
            String plain = entry.plain();
            if (sha256 != null && plain == null) {
                return writtenDigest(sha256, pointer + "/sha256");
            }
            if (plain != null && sha256 == null) {
                plainKeys++;
                return plainDigest(plain, pointer + "/plain");
            }
            problem(pointer, "a key must have exactly one of sha256 and plain");
            return null;
        }

        private @Nullable Sha256 writtenDigest(String sha256, String pointer) {
            try {
                return Sha256.fromHex(
                        sha256.startsWith(DIGEST_PREFIX) ? sha256.substring(DIGEST_PREFIX.length()) : sha256);
            } catch (IllegalArgumentException malformed) {
                problem(pointer, "a SHA-256 digest has 64 hexadecimal digits");
                return null;
            }
        }

        private @Nullable Sha256 plainDigest(String plain, String pointer) {
            if (plain.isEmpty() || !plain.equals(plain.strip())) {
                problem(pointer, "a key must not be empty, and must have no blanks at its ends");
                return null;
            }
            return Sha256.of(plain.getBytes(StandardCharsets.UTF_8));
        }

        private @Nullable Instant expires(@Nullable String text, String pointer) {
            if (text == null) {
                return null;
            }
            try {
                return text.indexOf('T') < 0 && text.indexOf('t') < 0
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException malformed) {
                problem(pointer, "a date such as 2027-01-31 or a time such as 2027-01-31T12:00:00Z is expected");
                return null;
            }
        }

        private Identity identity(ApiKeyEntry entry, String pointer) {
            ObjectNode claims = JsonNodeFactory.instance.objectNode();
            entry.attributes().forEach((name, value) -> claims.set(name, value.deepCopy()));
            return new Identity(
                    entry.consumer(),
                    "api_key",
                    strings(claims.get("roles"), pointer + "/roles"),
                    strings(claims.get("scopes"), pointer + "/scopes"),
                    claims);
        }

        private List<String> strings(@Nullable JsonNode list, String pointer) {
            List<String> read = RoleList.of(list);
            if (read == null) {
                problem(pointer, "a list of strings is expected, or a single string without commas and blanks");
                return List.of();
            }
            return read;
        }

        private void problem(String pointer, String message) {
            problems.add(new ParamProblem(pointer, message));
        }
    }
}
