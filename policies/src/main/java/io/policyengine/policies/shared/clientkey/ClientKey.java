package io.policyengine.policies.shared.clientkey;

import io.netty.util.NetUtil;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.IpAddress;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.digest.Sha256;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The source of a key for the requests of a client. Requests with the same key are counted together. */
public sealed interface ClientKey {
    /** The issuer and id of the authenticated identity; without an identity, the client's address. */
    record ByIdentity() implements ClientKey {}

    /** The client's address. */
    record ByAddress() implements ClientKey {}

    /** The value of a request header; without the header, the client's address. */
    record ByHeader(String name) implements ClientKey {}

    /**
     * The value of an expression; if the value is empty or not {@linkplain #isExact exact}, the client's address. Two
     * instances are equal if their texts are equal.
     */
    final class ByExpression implements ClientKey {
        private final String text;
        private final Expression<String> expression;

        private ByExpression(String text, Expression<String> expression) {
            this.text = text;
            this.expression = expression;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ByExpression that && text.equals(that.text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    /** Maximum octets of a client key that is used unchanged. A longer key is replaced by its digest. */
    int LONGEST_KEPT = 64;

    /**
     * The character between issuer and id in the text that an operator writes for an identity. In the issuer, {@code |}
     * is written as %7C, and a percent sign as %25.
     */
    char ISSUER_END = '|';

    /** The prefix of keys that are addresses. */
    String ADDRESS = "a:";

    /** The variable of expressions that holds the whole client address. */
    String WHOLE_ADDRESS = "request.client_address";

    /** The expression variables whose values a client can choose for each request. */
    Set<String> OF_CLIENTS =
            Set.of("request.headers", "request.header_values", "request.query", "request.query_params");

    /** The expression variables that distinguish clients, or that policies or Envoy set. */
    Set<String> OF_OTHERS = Set.of(WHOLE_ADDRESS, "request.attributes", "metadata", "envoy.metadata");

    /**
     * Number of octets of an IPv6 address that form its key, since a client can choose any address of its /64 (RFC
     * 6177).
     */
    int IPV6_PREFIX_OCTETS = 8;

    /** The first half of all IPv6 addresses that translators assign to IPv4 clients: 64:ff9b::/96. */
    long TRANSLATED_IPV4 = 0x0064_FF9B_0000_0000L;

    /**
     * Parses the parameter {@code key}.
     *
     * @throws InvalidParamsException if the text has an unknown form
     */
    static ClientKey parse(String text) {
        return parse(text, "/key");
    }

    /**
     * Parses a parameter that names a key.
     *
     * @param pointer to the parameter, for messages
     * @throws InvalidParamsException if the text has an unknown form
     */
    static ClientKey parse(String text, String pointer) {
        if (isIdentity(text)) {
            return new ByIdentity();
        }
        if (text.equals("client_ip")) {
            return new ByAddress();
        }
        String header = text.startsWith("header:") ? text.substring("header:".length()) : "";
        if (FieldRules.isToken(header)) {
            return new ByHeader(header);
        }
        return switch (Expression.text(text, Phase.REQUEST)) {
            case Compiled.Ok<String>(Expression<String> expression) -> new ByExpression(text, expression);
            case Compiled.Invalid<String>(List<ExpressionFault> faults) ->
                throw new InvalidParamsException(
                        pointer,
                        "expected identity, client_ip, header:NAME or a CEL expression with a string as its value; "
                                + "invalid at line "
                                + faults.getFirst().line() + ", column "
                                + faults.getFirst().column());
        };
    }

    /**
     * Returns whether a text for the parameter {@code key} denotes {@link ByIdentity}. Only this key distinguishes all
     * identities; the value of an expression may be equal for several identities.
     */
    static boolean isIdentity(@Nullable String text) {
        return "identity".equals(text);
    }

    /** Returns the key of a request. Keys of different kinds never collide. The length of a key is bounded. */
    default String keyOf(RequestContext context) {
        return switch (this) {
            case ByIdentity() -> {
                String id = Identity.id(context.metadata());
                yield id == null ? address(context.request()) : identity(Identity.issuer(context.metadata()), id);
            }
            case ByAddress() -> address(context.request());
            case ByHeader(String name) -> {
                List<String> values = context.request().headers().getAll(name);
                yield values.isEmpty() ? address(context.request()) : "h:" + bounded(String.join(",", values));
            }
            case ByExpression by -> {
                String key = by.expression.evaluate(context);
                yield key.isEmpty() || !Octets.isExact(key)
                        ? address(context.request())
                        : "e:" + bounded(Octets.fromText(key));
            }
        };
    }

    /**
     * Returns whether requests with different values have different keys. False for an expression whose value comes
     * from octets that are not UTF-8, since its key is only an address. A cache must not share responses by such a key.
     */
    default boolean isExact(RequestContext context) {
        return switch (this) {
            case ByIdentity _, ByAddress _, ByHeader _ -> true;
            case ByExpression by -> Octets.isExact(by.expression.evaluate(context));
        };
    }

    /** Returns whether the key is an address, which several clients may share. */
    static boolean isOfAddress(String key) {
        return key.startsWith(ADDRESS);
    }

    /**
     * Returns the key for a text that an operator has written. If the text has the form of an address, or if requests
     * are counted by address, it is read as an address. Any other text is read as an identity, a header's value or an
     * expression's result. The identity of an issuer is written {@code ISSUER|ID}. An id without issuer is written
     * {@code |ID} if it contains {@code |}.
     */
    default String keyNamed(String text) {
        String octets = Octets.fromText(text);
        return switch (this) {
            case ByAddress() -> address(octets);
            case ByIdentity() -> {
                int end = text.indexOf(ISSUER_END);
                yield end <= 0 ? addressOr("i:", octets.substring(end + 1)) : "j:" + bounded(octets);
            }
            case ByHeader _ -> addressOr("h:", octets);
            case ByExpression _ -> addressOr("e:", octets);
        };
    }

    /** Returns whether the key depends only on header fields or the query of a request. */
    default boolean isOfFields() {
        return switch (this) {
            case ByIdentity _, ByAddress _ -> false;
            case ByHeader _ -> true;
            case ByExpression by ->
                OF_CLIENTS.stream().anyMatch(by.expression::reads)
                        && OF_OTHERS.stream().noneMatch(by.expression::reads)
                        && !by.expression.facts().has(Fact.USES_IDENTITY);
        };
    }

    /**
     * Returns whether the key is an expression that reads the whole client address. Each address of an IPv6 client's
     * network may then have a separate key.
     */
    default boolean isOfWholeAddress() {
        return switch (this) {
            case ByIdentity _, ByAddress _, ByHeader _ -> false;
            case ByExpression by -> by.expression.reads(WHOLE_ADDRESS);
        };
    }

    /**
     * Returns the declared facts of an entry that limits requests by the given keys. If a client can choose each key or
     * a part of each, adds a fact that states this.
     */
    static EntryFacts factsOfLimits(List<ClientKey> keys, EntryFacts declared) {
        if (keys.stream().allMatch(ClientKey::isOfFields)) {
            return declared.with(Fact.LIMITS_BY_FIELDS);
        }
        if (keys.stream().allMatch(key -> key.isOfFields() || key.isOfWholeAddress())) {
            return declared.with(Fact.LIMITS_BY_WHOLE_ADDRESS);
        }
        if (keys.stream().allMatch(key -> key.containsFields() || key.isOfWholeAddress())) {
            return declared.with(Fact.LIMITS_BY_CHOSEN_PARTS);
        }
        return keys.stream().allMatch(key -> key.containsFieldsForAnonymous() || key.isOfWholeAddress())
                ? declared.with(Fact.LIMITS_ANONYMOUS_BY_FIELDS)
                : declared;
    }

    /** Returns whether a header field or the query may become a part of the key. */
    default boolean containsFields() {
        return isOfFields()
                || (this instanceof ByExpression by && OF_CLIENTS.stream().anyMatch(by.expression::contains));
    }

    /** Returns whether a header field or the query may become a part of the key of requests without an identity. */
    default boolean containsFieldsForAnonymous() {
        return containsFields()
                || (this instanceof ByExpression by
                        && OF_CLIENTS.stream().anyMatch(by.expression::containsForAnonymous));
    }

    /** Returns the declared facts of an entry, plus the facts that follow from the source of its key. */
    default EntryFacts facts(EntryFacts declared) {
        return switch (this) {
            case ByIdentity() -> declared.with(Fact.USES_IDENTITY);
            case ByAddress _ -> declared;
            case ByExpression by -> declared.with(by.expression.facts());
            case ByHeader(String name) -> declared.with(HeaderUse.Action.READS, List.of(name));
        };
    }

    /** Returns the key of an identity. Ids of different issuers, or without an issuer, never share a key. */
    private static String identity(String issuer, String id) {
        return issuer.isEmpty()
                ? "i:" + bounded(Octets.fromText(id))
                : "j:" + bounded(Octets.fromText(issuer.replace("%", "%25").replace("|", "%7C") + ISSUER_END + id));
    }

    private static String addressOr(String prefix, String octets) {
        return parsed(octets) == null ? prefix + bounded(octets) : address(octets);
    }

    private static String address(RequestView request) {
        return address(request.clientAddress());
    }

    /**
     * Returns the key of an address, which is equal for all spellings of the address. The key of an IPv6 address is its
     * first half, since a client can choose any address of its /64 (RFC 6177).
     */
    private static String address(String text) {
        IpAddress address = parsed(text);
        if (address == null) {
            return ADDRESS + bounded(text);
        }
        return ADDRESS
                + (address.isV4() || isTranslatedIpv4(address)
                        ? NetUtil.intToIpAddress((int) address.low())
                        : HexFormat.of().toHexDigits(address.high()));
    }

    /** Returns the address that a text spells, without its zone (RFC 4007 §11); null if the text is not an address. */
    private static @Nullable IpAddress parsed(String text) {
        int zone = text.indexOf('%');
        return IpAddress.parse(zone < 0 ? text : text.substring(0, zone));
    }

    /**
     * Returns whether the address is in 64:ff9b::/96, which translators use for IPv4 clients (RFC 6052 §2.1). These
     * clients share one /64, so a single client could use up the limit of all.
     */
    private static boolean isTranslatedIpv4(IpAddress address) {
        return address.high() == TRANSLATED_IPV4 && address.low() >>> Integer.SIZE == 0;
    }

    private static String bounded(String octets) {
        return octets.length() <= LONGEST_KEPT
                ? octets
                : "sha256:" + Sha256.of(Octets.toBytes(octets)).toHex();
    }
}
