package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Leniency;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The parts of a request that may hold a token. All parts are read to detect several tokens, since an upstream might
 * use any of them.
 */
public final class TokenSources {
    /** The default of the parameter for token sources: {@code Authorization: Bearer TOKEN}. */
    public static final String DEFAULT = "[{\"header\": \"Authorization\", \"scheme\": \"Bearer\"}]";

    private static final String BEARER = "Bearer";
    private static final TokenCredential NONE = new TokenCredential.None();
    private static final TokenCredential SEVERAL = new TokenCredential.Several();

    private final List<TokenSource> sources;

    private TokenSources(List<TokenSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /** Returns the configured token sources, and adds the problems found. */
    public static TokenSources of(List<TokenSourceParams> params, String pointer, Collection<ParamProblem> problems) {
        List<TokenSource> sources = new ArrayList<>();
        for (int i = 0; i < params.size(); i++) {
            try {
                sources.add(TokenSource.of(params.get(i)));
            } catch (IllegalArgumentException wrong) {
                problems.add(new ParamProblem(pointer + "/" + i, String.valueOf(wrong.getMessage())));
            }
        }
        if (params.isEmpty()) {
            problems.add(new ParamProblem(pointer, "name a place that may hold the token"));
        }
        return new TokenSources(sources);
    }

    /** Returns the default source, {@code Authorization: Bearer TOKEN}. */
    public static TokenSources bearer() {
        return new TokenSources(List.of(new TokenSource.Header("authorization", BEARER)));
    }

    public TokenCredential find(RequestView request) {
        TokenCredential found = NONE;
        for (TokenSource source : sources) {
            TokenCredential here = source.find(request);
            if (!(here instanceof TokenCredential.None)) {
                if (!(found instanceof TokenCredential.None)) {
                    return SEVERAL;
                }
                found = here;
            }
        }
        return found;
    }

    /** Returns the scheme for challenges: the first scheme that is configured for a header, else {@code Bearer}. */
    public String scheme() {
        for (TokenSource source : sources) {
            if (source instanceof TokenSource.Header(String _, String scheme) && scheme != null) {
                return scheme;
            }
        }
        return BEARER;
    }

    /** Returns the names of the header fields that may hold a token, in lower case. */
    public List<String> headers() {
        return sources.stream()
                .map(source -> switch (source) {
                    case TokenSource.Header(String name, String _) -> name;
                    case TokenSource.Query _ -> "";
                    case TokenSource.Cookie _ -> "cookie";
                })
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    /**
     * Returns the declared facts of a policy that authenticates by a token from these sources.
     *
     * @param fields request fields that carry claims, in addition to the usual identity fields
     * @param required true if the policy refuses requests without a token
     * @param forward false if the policy removes the token from the request
     */
    public EntryFacts authentication(
            EntryFacts declared, Collection<String> fields, boolean required, boolean forward) {
        EntryFacts facts = facts(declared, !forward)
                .with(HeaderUse.Action.IDENTITY, IdentityHeaders.ALL)
                .with(HeaderUse.Action.IDENTITY, fields);
        return required
                ? facts.with(Fact.DENIES_ANONYMOUS).with(HeaderUse.Action.SETS, List.of(IdentityHeaders.USER_ID))
                : facts.passing(Leniency.Occasion.NO_CREDENTIALS, "/required");
    }

    /**
     * Adds the header fields of these sources to the declared facts. The Cookie field is never listed as removed, since
     * only the token's cookie is removed from it.
     */
    public EntryFacts facts(EntryFacts declared, boolean removed) {
        EntryFacts read = declared.with(HeaderUse.Action.READS, headers());
        boolean isOnlyInHeaders = sources.stream().allMatch(TokenSource.Header.class::isInstance);
        if (sources.stream().anyMatch(TokenSource.Query.class::isInstance)) {
            read = read.with(Fact.READS_SECRET_IN_QUERY);
        }
        EntryFacts facts = removed && !isOnlyInHeaders ? read.with(Fact.CHANGES_REQUEST) : read;
        return removed
                ? facts.with(
                        HeaderUse.Action.REMOVES,
                        headers().stream()
                                .filter(name -> !name.equals("cookie"))
                                .toList())
                : facts;
    }
}
