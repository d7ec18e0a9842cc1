package io.policyengine.kernel.plan;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.plan.Planner.DraftSegment;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The needs and effects of chain entries, which depend on their parameters. Workers report them when they prepare a
 * chain. While a worker is absent, some follow from its policies' declarations, and the others are unknown.
 *
 * @param prepared by chain id; chains of absent workers are missing
 * @param came namespaces of Envoy's metadata that are known to arrive with the request's headers
 */
record EntryFindings(Map<Long, PreparedChain> prepared, Declarations declarations, Set<String> came) {
    /** Creates the findings without knowledge of Envoy's metadata. */
    EntryFindings(Map<Long, PreparedChain> prepared, Declarations declarations) {
        this(prepared, declarations, Set.of());
    }

    /** Returns the findings for an exchange whose request headers arrived with metadata of the given namespaces. */
    EntryFindings where(Set<String> namespacesCame) {
        return new EntryFindings(prepared, declarations, namespacesCame);
    }

    /** Adds the problems that a worker found in a segment's entries. An absent worker has found none. */
    void note(DraftSegment segment, List<Problem> problems) {
        PreparedChain chain = prepared.get(segment.chain().id());
        for (int i = 0; chain != null && i < chain.entries().size(); i++) {
            PreparedChain.Entry result = chain.entries().get(i);
            EntryConfig entry = segment.entries().get(i);
            if (result.unknownPolicy()) {
                problems.add(Problem.error(
                        entry.source().location(),
                        "policy '" + entry.policy() + "' is not known to its worker '" + segment.worker() + "'"));
            }
            result.problems().forEach(problem -> problems.add(entry.problem(problem)));
        }
    }

    /** Returns an entry's need for the body. While its worker is absent, this is the need that its policy declares. */
    BodyNeed bodyNeed(DraftSegment draft, int index) {
        return doesWithoutBodyHere(draft, index) ? BodyNeed.NONE : ownBodyNeed(draft, index);
    }

    /** Returns whether the exchange has metadata that replaces the body for an entry. */
    boolean doesWithoutBodyHere(DraftSegment draft, int index) {
        Set<String> substitutes = inPlaceOfBody(draft, index);
        return !substitutes.isEmpty() && came.containsAll(substitutes);
    }

    /**
     * Returns the namespaces of Envoy's metadata that replace the body for an entry; empty while its worker is absent.
     */
    Set<String> inPlaceOfBody(DraftSegment draft, int index) {
        EntryFacts facts = facts(draft, index);
        return facts == null || ownBodyNeed(draft, index) == BodyNeed.NONE
                ? Set.of()
                : facts.inPlaceOfBody(draft.chain().phase());
    }

    /** Returns the namespaces of Envoy's metadata that replace the body for at least one entry of a route, in order. */
    List<String> inPlaceOfBodies(Planner.DraftRoute draft) {
        return Stream.concat(draft.request().stream(), draft.response().stream())
                .flatMap(segment -> IntStream.range(0, segment.entries().size())
                        .mapToObj(index -> inPlaceOfBody(segment, index))
                        .flatMap(Set::stream))
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Returns the metadata namespaces that an entry and its condition read. While its worker is absent, only the
     * condition's namespaces are known.
     */
    Set<String> metadataRead(DraftSegment draft, int index) {
        Set<String> read =
                new HashSet<>(draft.entries().get(index).conditionFacts().metadataRead());
        EntryFacts facts = facts(draft, index);
        if (facts != null) {
            read.addAll(facts.metadataRead());
        }
        return read;
    }

    private BodyNeed ownBodyNeed(DraftSegment draft, int index) {
        PreparedChain chain = prepared.get(draft.chain().id());
        if (chain != null) {
            return chain.entries().get(index).bodyNeed();
        }
        Declarations.Owner owner = declarations.owner(draft.entries().get(index).policy());
        return owner == null
                ? BodyNeed.NONE
                : owner.policy().descriptor().bodyNeed(draft.chain().phase());
    }

    /**
     * Returns whether an entry reads the request's body in the response phase. While its worker is absent, the policy's
     * declaration decides.
     */
    boolean keepsRequestBody(DraftSegment draft, int index) {
        if (draft.chain().phase() != Phase.RESPONSE) {
            return false;
        }
        PreparedChain chain = prepared.get(draft.chain().id());
        if (chain != null) {
            return chain.entries().get(index).keepsRequestBody();
        }
        Declarations.Owner owner = declarations.owner(draft.entries().get(index).policy());
        return owner != null && owner.policy().descriptor().keepsRequestBody();
    }

    /**
     * Returns whether an entry sets header fields for the response. While its worker is absent, the policy's
     * declaration decides.
     */
    boolean marksResponse(DraftSegment draft, int index) {
        return has(Fact.MARKS_RESPONSE, draft, index);
    }

    /**
     * Returns whether an entry, with its parameters, also runs without the body and reads it only if the flow provides
     * it.
     */
    boolean doesWithoutBody(DraftSegment draft, int index) {
        EntryFacts facts = facts(draft, index);
        return facts != null && facts.has(Fact.DOES_WITHOUT_BODY);
    }

    /**
     * Returns whether an entry is called with trailers. While its worker is absent, the policy's declaration decides.
     */
    boolean readsTrailers(DraftSegment draft, int index) {
        return has(Fact.READS_TRAILERS, draft, index);
    }

    /** Returns whether an entry, with its parameters, works without the response headers. */
    boolean doesWithoutResponseHeaders(DraftSegment draft, int index) {
        return has(Fact.DOES_WITHOUT_RESPONSE_HEADERS, draft, index);
    }

    private boolean has(Fact fact, DraftSegment draft, int index) {
        EntryFacts facts = facts(draft, index);
        Declarations.Owner owner = declarations.owner(draft.entries().get(index).policy());
        return facts != null
                ? facts.has(fact)
                : owner != null && owner.policy().descriptor().facts().contains(fact);
    }

    /** Returns the facts of an entry, or null while its worker is absent. */
    @Nullable
    EntryFacts facts(DraftSegment segment, int index) {
        PreparedChain chain = prepared.get(segment.chain().id());
        return chain == null ? null : RouteIdentity.facts(segment, index, chain, declarations);
    }
}
