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
 * The properties of chain entries with their parameters: as prepared by their workers, else as declared by the
 * policies.
 *
 * @param prepared by chain id; a chain whose worker is away is missing
 * @param came namespaces of Envoy's metadata known to come with the request's headers
 */
record EntryFindings(Map<Long, PreparedChain> prepared, Declarations declarations, Set<String> came) {
    /** The properties where nothing is known of Envoy's metadata. */
    EntryFindings(Map<Long, PreparedChain> prepared, Declarations declarations) {
        this(prepared, declarations, Set.of());
    }

    /** Returns the properties for an exchange whose request headers have these namespaces. */
    EntryFindings where(Set<String> namespacesCame) {
        return new EntryFindings(prepared, declarations, namespacesCame);
    }

    /** Notes the problems that a worker found in the entries of a segment; none while it is away. */
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

    /** The need of an entry for the body, with its parameters; while its worker is away, the need that its policy declares. */
    BodyNeed bodyNeed(DraftSegment draft, int index) {
        return doesWithoutBodyHere(draft, index) ? BodyNeed.NONE : ownBodyNeed(draft, index);
    }

    /** True if an entry that needs the body elsewhere does without it, since what takes its place comes. */
    boolean doesWithoutBodyHere(DraftSegment draft, int index) {
        Set<String> substitutes = inPlaceOfBody(draft, index);
        return !substitutes.isEmpty() && came.containsAll(substitutes);
    }

    /** The namespaces of Envoy's metadata that take the place of the body for an entry; empty while its worker is away. */
    Set<String> inPlaceOfBody(DraftSegment draft, int index) {
        EntryFacts facts = facts(draft, index);
        return facts == null || ownBodyNeed(draft, index) == BodyNeed.NONE
                ? Set.of()
                : facts.inPlaceOfBody(draft.chain().phase());
    }

    /** The namespaces of Envoy's metadata that take the place of the body for some entry of a route, in order. */
    List<String> inPlaceOfBodies(Planner.DraftRoute draft) {
        return Stream.concat(draft.request().stream(), draft.response().stream())
                .flatMap(segment -> IntStream.range(0, segment.entries().size())
                        .mapToObj(index -> inPlaceOfBody(segment, index))
                        .flatMap(Set::stream))
                .distinct()
                .sorted()
                .toList();
    }

    /** The namespaces of Envoy's metadata that an entry or its condition looks at; while its worker is away, those of its condition. */
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
     * True if an entry, with its parameters, looks at the request's body in the response phase; while its worker is away, its policy's
     * declaration counts.
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

    /** True if an entry, with its parameters, leaves fields for the response; while its worker is away, its policy's declaration counts. */
    boolean marksResponse(DraftSegment draft, int index) {
        return has(Fact.MARKS_RESPONSE, draft, index);
    }

    /** True if an entry, with its parameters, looks at the body only where the flow gives it. */
    boolean doesWithoutBody(DraftSegment draft, int index) {
        EntryFacts facts = facts(draft, index);
        return facts != null && facts.has(Fact.DOES_WITHOUT_BODY);
    }

    /** True if an entry, with its parameters, is called with trailers; while its worker is away, its policy's declaration counts. */
    boolean readsTrailers(DraftSegment draft, int index) {
        return has(Fact.READS_TRAILERS, draft, index);
    }

    /** True if an entry, with its parameters, does without the headers of the response. */
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

    /** The facts of an entry; null while its worker is away. */
    @Nullable
    EntryFacts facts(DraftSegment segment, int index) {
        PreparedChain chain = prepared.get(segment.chain().id());
        return chain == null ? null : RouteIdentity.facts(segment, index, chain, declarations);
    }
}
