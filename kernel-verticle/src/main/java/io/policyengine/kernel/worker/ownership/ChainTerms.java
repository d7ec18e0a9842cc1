package io.policyengine.kernel.worker.ownership;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The terms of each needed chain: the abilities that the first replica declared for the chain's entries and their
 * parameters. Replicas that connect later may not do less. Terms are kept while any generation has a chain with the
 * same content. Confined to the registry's event loop.
 */
public final class ChainTerms {
    private final Map<Content, Terms> byContent = new HashMap<>();
    private final Map<Long, Content> byId = new HashMap<>();

    /**
     * The content of a chain.
     *
     * @param listed for each entry, whether the configuration assigns its policy to the worker; a change resets the
     *     terms
     */
    private record Content(
            String worker, String route, Phase phase, List<ChainSpec.Entry> entries, List<Boolean> listed) {}

    private static final class Terms {
        final Set<Long> ids = new HashSet<>();
        List<PreparedChain.Entry> first = List.of();
    }

    public void want(String worker, List<ChainSpec> chains, Ownership ownership) {
        for (ChainSpec chain : chains) {
            List<Boolean> listed = chain.entries().stream()
                    .map(entry -> ownership.isListed(entry.policy()))
                    .toList();
            Content content = new Content(worker, chain.route(), chain.phase(), chain.entries(), listed);
            Content before = byId.put(chain.id(), content);
            if (!content.equals(before)) {
                forget(chain.id(), before);
                byContent.computeIfAbsent(content, _ -> new Terms()).ids.add(chain.id());
            }
        }
    }

    public void release(Collection<Long> ids) {
        for (long id : ids) {
            forget(id, byId.remove(id));
        }
    }

    private void forget(long id, @Nullable Content content) {
        Terms terms = content == null ? null : byContent.get(content);
        if (content != null && terms != null && terms.ids.remove(id) && terms.ids.isEmpty()) {
            byContent.remove(content);
        }
    }

    /** Returns the chain, with added problems if it does less than its terms. */
    public PreparedChain judge(PreparedChain chain) {
        Content content = byId.get(chain.id());
        Terms terms = content == null ? null : byContent.get(content);
        if (terms == null || !chain.isCallable()) {
            return chain;
        }
        if (terms.first.isEmpty()) {
            terms.first = chain.entries();
            return chain;
        }
        List<PreparedChain.Entry> judged = new ArrayList<>();
        for (int i = 0; i < chain.entries().size(); i++) {
            judged.add(judge(terms.first.get(i), chain.entries().get(i)));
        }
        return new PreparedChain(chain.id(), judged);
    }

    private static PreparedChain.Entry judge(PreparedChain.Entry first, PreparedChain.Entry now) {
        List<ParamProblem> problems = new ArrayList<>();
        if (first.bodyNeed() != BodyNeed.NONE && now.bodyNeed() == BodyNeed.NONE) {
            problems.add(lessens("no longer reads the body"));
        }
        for (Phase phase : Phase.values()) {
            if (takesMoreInPlaceOfBody(
                    first.facts().inPlaceOfBody(phase), now.facts().inPlaceOfBody(phase))) {
                problems.add(lessens("replaces the body by Envoy's metadata in more cases than before"));
            }
        }
        if (first.keepsRequestBody() && !now.keepsRequestBody()) {
            problems.add(lessens("no longer looks at the request's body in the response phase"));
        }
        PolicyTerms.lost(first.facts().facts(), now.facts().facts())
                .forEach(fact -> problems.add(lessens("no longer declares " + fact.code())));
        Set<String> fields = new TreeSet<>(first.facts().identityFields());
        fields.removeAll(now.facts().identityFields());
        if (!fields.isEmpty()) {
            problems.add(lessens(
                    "no longer sets the fields that name the client to the upstream: " + String.join(", ", fields)));
        }
        return problems.isEmpty() ? now : new PreparedChain.Entry(false, problems, now.bodyNeed(), now.facts());
    }

    /** Returns whether metadata in {@code now} may replace a body that would be read with {@code first}. */
    private static boolean takesMoreInPlaceOfBody(Set<String> first, Set<String> now) {
        return !now.isEmpty() && (first.isEmpty() || !now.containsAll(first));
    }

    private static ParamProblem lessens(String what) {
        return new ParamProblem("", PolicyClaims.less(what));
    }
}
