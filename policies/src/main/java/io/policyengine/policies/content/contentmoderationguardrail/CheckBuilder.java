package io.policyengine.policies.content.contentmoderationguardrail;

import com.google.re2j.Pattern;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.Action;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.CheckType;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.OnError;
import io.policyengine.policies.content.contentmoderationguardrail.callout.CalloutCheck;
import io.policyengine.policies.content.contentmoderationguardrail.callout.ModerationProtocol;
import io.policyengine.policies.content.contentmoderationguardrail.callout.OpenAiModerations;
import io.policyengine.policies.content.contentmoderationguardrail.callout.Webhook;
import io.policyengine.policies.content.contentmoderationguardrail.check.Check;
import io.policyengine.policies.content.contentmoderationguardrail.check.WindowSize;
import io.policyengine.policies.content.shared.entities.Entity;
import io.policyengine.policies.content.shared.textmatch.PatternList;
import io.policyengine.policies.content.shared.textmatch.TextSearch;
import io.policyengine.policies.content.shared.textmatch.WordList;
import io.policyengine.policies.content.shared.textmatch.WrittenPatterns;
import io.policyengine.policies.content.shared.urls.HostAllowlist;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds the checks of an entry from their parameters and collects the problems. */
final class CheckBuilder {
    private static final double DEFAULT_THRESHOLD = 0.7;
    private static final List<String> DEFAULT_SCHEMES = List.of("https", "http", "mailto");

    private final PolicyEnvironment env;
    private final WindowSize windows;
    private final List<ParamProblem> problems;

    CheckBuilder(PolicyEnvironment env, WindowSize windows, List<ParamProblem> problems) {
        this.env = env;
        this.windows = windows;
        this.problems = problems;
    }

    String nameOf(ContentModerationGuardrailParams.Check check) {
        return check.type().name().toLowerCase(Locale.ROOT);
    }

    /** Returns a configured check if the policy itself performs it and its parameters are valid; otherwise empty. */
    Optional<Check> own(ContentModerationGuardrailParams.Check check, Action action, int index) {
        String at = "/checks/" + index;
        refuseOthers(check, at);
        return switch (check.type()) {
            case WORDS ->
                words(check, at).map(words -> Check.search(new TextSearch(Optional.of(words), Optional.empty())));
            case PATTERNS ->
                patterns(check, at)
                        .map(patterns -> Check.search(new TextSearch(Optional.empty(), Optional.of(patterns))));
            case LENGTH -> length(check, action, at);
            case URL_ALLOWLIST -> links(check, at);
            case PROMPT_INJECTION -> Optional.of(Check.promptInjection(threshold(check), windows));
            case SECRETS -> Optional.of(Check.secrets());
            case PII -> Optional.of(personalData(check));
            case OPENAI_MODERATION, WEBHOOK -> Optional.empty();
        };
    }

    private static Check personalData(ContentModerationGuardrailParams.Check check) {
        List<Entity> kinds = check.entities();
        return kinds == null ? Check.personalData() : Check.entities(kinds::contains);
    }

    private static double threshold(ContentModerationGuardrailParams.Check check) {
        Double threshold = check.threshold();
        return threshold == null ? DEFAULT_THRESHOLD : threshold;
    }

    /** Rejects parameters that belong to other types of checks. */
    private void refuseOthers(ContentModerationGuardrailParams.Check check, String at) {
        Map<String, Set<CheckType>> takers = new TreeMap<>(Map.of(
                "words", EnumSet.of(CheckType.WORDS),
                "patterns", EnumSet.of(CheckType.PATTERNS),
                "max_characters", EnumSet.of(CheckType.LENGTH),
                "allow", EnumSet.of(CheckType.URL_ALLOWLIST),
                "schemes", EnumSet.of(CheckType.URL_ALLOWLIST),
                "threshold", EnumSet.of(CheckType.PROMPT_INJECTION),
                "target", EnumSet.of(CheckType.OPENAI_MODERATION, CheckType.WEBHOOK),
                "path", EnumSet.of(CheckType.OPENAI_MODERATION, CheckType.WEBHOOK),
                "on_error", EnumSet.of(CheckType.OPENAI_MODERATION, CheckType.WEBHOOK)));
        takers.put("entities", EnumSet.of(CheckType.PII));
        takers.put("model", EnumSet.of(CheckType.OPENAI_MODERATION));
        takers.put("categories", EnumSet.of(CheckType.OPENAI_MODERATION));
        takers.forEach((name, types) -> {
            if (value(check, name) != null && !types.contains(check.type())) {
                problems.add(new ParamProblem(
                        at + "/" + name, "a check of type " + nameOf(check) + " does not have this parameter"));
            }
        });
    }

    private static @Nullable Object value(ContentModerationGuardrailParams.Check check, String name) {
        return switch (name) {
            case "words" -> check.words();
            case "patterns" -> check.patterns();
            case "max_characters" -> check.maxCharacters();
            case "allow" -> check.allow();
            case "schemes" -> check.schemes();
            case "threshold" -> check.threshold();
            case "entities" -> check.entities();
            case "target" -> check.target();
            case "path" -> check.path();
            case "model" -> check.model();
            case "categories" -> check.categories();
            case "on_error" -> check.onError();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private Optional<WordList> words(ContentModerationGuardrailParams.Check check, String at) {
        StringOrList words = check.words();
        if (words == null) {
            return missing(at, "words");
        }
        try {
            return Optional.of(WordList.of(words.values(), true, true));
        } catch (IllegalArgumentException wrong) {
            problems.add(new ParamProblem(at + "/words", String.valueOf(wrong.getMessage())));
            return Optional.empty();
        }
    }

    private Optional<PatternList> patterns(ContentModerationGuardrailParams.Check check, String at) {
        StringOrList values = check.patterns();
        if (values == null) {
            return missing(at, "patterns");
        }
        return Optional.of(PatternList.of(
                WrittenPatterns.compile(values, at + "/patterns", Pattern.CASE_INSENSITIVE, problems),
                windows.overlap()));
    }

    private Optional<Check> length(ContentModerationGuardrailParams.Check check, Action action, String at) {
        Integer max = check.maxCharacters();
        if (max == null) {
            return missing(at, "max_characters");
        }
        if (action == Action.MASK) {
            problems.add(
                    new ParamProblem(at, "a text that is too long cannot be masked: set action to deny or annotate"));
        }
        return Optional.of(Check.length(max));
    }

    private Optional<Check> links(ContentModerationGuardrailParams.Check check, String at) {
        StringOrList hosts = check.allow();
        if (hosts == null) {
            return missing(at, "allow");
        }
        StringOrList schemes = check.schemes();
        try {
            return Optional.of(Check.links(
                    new HostAllowlist(hosts.values(), schemes == null ? DEFAULT_SCHEMES : schemes.values())));
        } catch (IllegalArgumentException wrong) {
            problems.add(new ParamProblem(at + "/allow", String.valueOf(wrong.getMessage())));
            return Optional.empty();
        }
    }

    private <T> Optional<T> missing(String at, String name) {
        problems.add(new ParamProblem(at, "a check of this type needs " + name));
        return Optional.empty();
    }

    /** Returns a configured check if a server performs it and its parameters are valid; otherwise empty. */
    Optional<CalloutCheck> asked(ContentModerationGuardrailParams.Check check, int index) {
        return switch (check.type()) {
            case OPENAI_MODERATION -> asked(check, "/checks/" + index, moderations(check));
            case WEBHOOK -> asked(check, "/checks/" + index, new Webhook());
            case WORDS, PATTERNS, LENGTH, URL_ALLOWLIST, PROMPT_INJECTION, SECRETS, PII -> Optional.empty();
        };
    }

    private static ModerationProtocol moderations(ContentModerationGuardrailParams.Check check) {
        Map<String, Double> categories = check.categories();
        return new OpenAiModerations(check.model(), categories == null ? Map.of() : categories);
    }

    private Optional<CalloutCheck> asked(
            ContentModerationGuardrailParams.Check check, String at, ModerationProtocol protocol) {
        String target = check.target();
        if (target == null) {
            return missing(at, "target");
        }
        try {
            return Optional.of(
                    new CalloutCheck(env.target(target), check.path(), protocol, check.onError() == OnError.PASS));
        } catch (InvalidParamsException unusable) {
            problems.addAll(unusable.at(at + "/target").problems());
            return Optional.empty();
        }
    }
}
