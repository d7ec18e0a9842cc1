package io.policyengine.policies.content.contentfilter;

import com.google.re2j.Pattern;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.shared.textmatch.PatternList;
import io.policyengine.policies.content.shared.textmatch.TextSearch;
import io.policyengine.policies.content.shared.textmatch.WordList;
import io.policyengine.policies.content.shared.textmatch.WrittenPatterns;
import io.policyengine.policies.content.shared.texts.TextCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code contentFilter}. */
@Descriptor(
        name = "contentFilter",
        version = "1.0.0",
        family = Family.CONTENT,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED_OR_STREAMING,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        codes = {ContentFilterCode.class, TextCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class ContentFilterFactory implements PolicyFactory<ContentFilterParams> {
    @Override
    public BodyNeed bodyNeed(ContentFilterParams params, Phase phase) {
        return params.where().contains(ContentFilterParams.Where.BODY)
                ? descriptor().bodyNeed(phase)
                : BodyNeed.NONE;
    }

    @Override
    public EntryFacts facts(ContentFilterParams params, Phase phase) {
        boolean isOfBodies = params.where().stream().allMatch(ContentFilterParams.Where.BODY::equals);
        EntryFacts facts = PolicyFactory.super.facts(params, phase);
        return switch (params.action()) {
            case DENY -> facts.with(Fact.JUDGES_CONTENT);
            case MASK ->
                isOfBodies || phase == Phase.RESPONSE
                        ? facts.with(Fact.MASKS_CONTENT)
                        : facts.with(Fact.MASKS_CONTENT).with(Fact.CHANGES_REQUEST);
            case LOG -> EntryFacts.of(Set.of(Fact.DECLARES_ALL_EFFECTS));
        };
    }

    @Override
    public void check(ContentFilterParams params, Phase phase) {
        int query = params.where().indexOf(ContentFilterParams.Where.QUERY);
        if (query >= 0 && phase == Phase.RESPONSE) {
            throw new InvalidParamsException(
                    "/where/" + query, "a response has no query; search the query in the request_flow");
        }
    }

    @Override
    public Policy create(ContentFilterParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        if (params.words() == null && params.patterns() == null) {
            problems.add(new ParamProblem("", "nothing to find: set words or patterns"));
        }
        Optional<WordList> words = words(params, problems);
        List<Pattern> patterns = WrittenPatterns.compile(
                params.patterns(), "/patterns", params.ignoreCase() ? Pattern.CASE_INSENSITIVE : 0, problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        Optional<PatternList> list =
                patterns.isEmpty() ? Optional.empty() : Optional.of(PatternList.of(patterns, params.patternWindow()));
        return new ContentFilterPolicy(params, new TextSearch(words, list), env);
    }

    private static Optional<WordList> words(ContentFilterParams params, List<ParamProblem> problems) {
        if (params.words() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(WordList.of(values(params.words()), params.ignoreCase(), params.wholeWords()));
        } catch (IllegalArgumentException wrong) {
            problems.add(new ParamProblem("/words", String.valueOf(wrong.getMessage())));
            return Optional.empty();
        }
    }

    private static List<String> values(@Nullable StringOrList texts) {
        return texts == null ? List.of() : texts.values();
    }
}
