package io.policyengine.core.lint;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Leniency;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds entries of a request flow that rely on a value that a client can choose, or on an insufficient proof. */
final class TrustLint {
    /** The header fields in which proxies write the client's address. */
    private static final Set<String> ADDRESSES = Set.of(
            "x-forwarded-for",
            "forwarded",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "true-client-ip",
            "cf-connecting-ip");

    /**
     * The facts of entries that protect something. The condition of such an entry decides whether the protection
     * applies.
     */
    private static final List<Fact> PROTECTIONS = List.of(
            Fact.PROVIDES_IDENTITY,
            Fact.REQUIRES_IDENTITY,
            Fact.RESTRICTS_ACCESS,
            Fact.LIMITS_USE,
            Fact.JUDGES_CONTENT,
            Fact.MASKS_CONTENT);

    private final FlowLint.Findings findings;
    private final List<LintEntry> earlier = new ArrayList<>();

    TrustLint(FlowLint.Findings findings) {
        this.findings = findings;
    }

    /** Checks a request flow. */
    void request(List<LintEntry> flow) {
        for (LintEntry entry : flow) {
            if (entry.isEnforced()) {
                proof(entry);
                key(entry);
                cost(entry);
                address(entry);
                rawPath(entry);
                earlier.add(entry);
            }
        }
    }

    private void proof(LintEntry entry) {
        if (entry.has(Fact.ACCEPTS_ANY_AUDIENCE)) {
            add(
                    entry,
                    LintCode.AUDIENCE_UNCHECKED,
                    "accepts tokens that an issuer made for any service, so each service that gets a client's token can"
                            + " use it here: set 'audiences' for every issuer");
        }
        if (entry.has(Fact.READS_SECRET_IN_QUERY)) {
            add(
                    entry,
                    LintCode.SECRET_IN_QUERY,
                    "takes a credential from the query, which access logs and histories of browsers record: take it"
                            + " from a header or a cookie");
        }
        if (entry.has(Fact.LEAVES_BODY_UNSIGNED)) {
            add(
                    entry,
                    LintCode.BODY_UNSIGNED,
                    "accepts signatures that do not cover the body, so a client can replace the body: add"
                            + " content-digest to 'components'");
        }
    }

    private void key(LintEntry entry) {
        if (entry.has(Fact.LIMITS_BY_WHOLE_ADDRESS)) {
            add(
                    entry,
                    LintCode.CLIENT_CHOOSES_KEY,
                    "may count by request.client_address, and an IPv6 client can use another address of its network for"
                            + " each request: count by client_ip, which is the /64 of an IPv6 address, or let the"
                            + " expression yield an empty text, which counts by client_ip");
        }
        if (!entry.has(Fact.LIMITS_BY_FIELDS) || addressIn(entry.facts()) != null) {
            return;
        }
        Set<String> read = read(entry.facts());
        if (read.stream().noneMatch(this::isSetEarlier)) {
            String by = read.isEmpty() ? "by values" : "by '" + String.join("', '", read) + "'";
            add(
                    entry,
                    LintCode.CLIENT_CHOOSES_KEY,
                    "counts " + by + ", which a client can choose again for each request: count by the identity or by"
                            + " client_ip, or let an earlier entry set the header");
        }
    }

    private void cost(LintEntry entry) {
        if (entry.facts() == null) {
            return;
        }
        entry.facts().leniencies().stream()
                .filter(leniency -> leniency.occasion() == Leniency.Occasion.COSTS_NOTHING)
                .map(Leniency::pointer)
                .sorted()
                .forEach(pointer -> findings.add(
                        entry,
                        LintCode.LIMIT_COSTS_NOTHING,
                        entry.config().source().locate(pointer),
                        name(entry) + " does not count requests that cost nothing, which a client can bring about by"
                                + " '" + pointer + "': let every request cost more than 0, or add a limit that counts"
                                + " every request"));
    }

    private void address(LintEntry entry) {
        String why = "', which a client can send itself: use request.client_address, or client_ip as a key, and set"
                + " 'trusted_hops' in kernel.yaml if there are proxies before Envoy";
        String ofCondition = addressIn(entry.config().conditionFacts());
        if (ofCondition != null && protects(entry)) {
            addToCondition(entry, LintCode.ADDRESS_FROM_HEADER, "reads '" + ofCondition + why);
        }
        String own = addressIn(entry.facts());
        if (own != null && (entry.has(Fact.RESTRICTS_ACCESS) || entry.has(Fact.LIMITS_USE))) {
            add(entry, LintCode.ADDRESS_FROM_HEADER, "takes the client's address from '" + own + why);
        }
    }

    private void rawPath(LintEntry entry) {
        String why = "request.raw_path, which a client can spell differently: use request.path";
        if (entry.config().conditionFacts().has(Fact.USES_RAW_PATH) && protects(entry)) {
            addToCondition(entry, LintCode.DECIDES_ON_RAW_PATH, "reads " + why);
        }
        if (entry.has(Fact.USES_RAW_PATH) && entry.has(Fact.RESTRICTS_ACCESS)) {
            add(entry, LintCode.DECIDES_ON_RAW_PATH, "decides by " + why);
        }
    }

    /** Returns a header field with the client's address that the entry reads and the client can set, or null. */
    private @Nullable String addressIn(@Nullable EntryFacts facts) {
        return read(facts).stream()
                .filter(header -> ADDRESSES.contains(header) && !isSetEarlier(header))
                .findFirst()
                .orElse(null);
    }

    private static Set<String> read(@Nullable EntryFacts facts) {
        return facts == null ? Set.of() : new TreeSet<>(facts.read());
    }

    private boolean isSetEarlier(String header) {
        return EarlierFields.areSet(header, earlier);
    }

    private static boolean protects(LintEntry entry) {
        return PROTECTIONS.stream().anyMatch(entry::has);
    }

    private void add(LintEntry entry, LintCode code, String message) {
        findings.add(entry, code, entry.config().source().policy(), name(entry) + " " + message);
    }

    private void addToCondition(LintEntry entry, LintCode code, String message) {
        findings.add(
                entry, code, entry.config().source().value("when"), "the condition of " + name(entry) + " " + message);
    }

    private static String name(LintEntry entry) {
        return "'" + entry.config().name() + "'";
    }
}
