package io.policyengine.policies.content.piiredaction;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.piiredaction.PiiRedactionParams.Action;
import io.policyengine.policies.content.piiredaction.PiiRedactionParams.CustomPattern;
import io.policyengine.policies.content.piiredaction.PiiRedactionParams.Kind;
import io.policyengine.policies.content.shared.entities.Entity;
import io.policyengine.policies.content.shared.entities.EntityFinder;
import io.policyengine.policies.content.shared.textmatch.PatternList;
import io.policyengine.policies.content.shared.texts.TextCode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the policy {@code piiRedaction}. */
@Descriptor(
        name = "piiRedaction",
        version = "1.0.0",
        family = Family.CONTENT,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED_OR_STREAMING,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS},
        endAccuracy = EndAccuracy.STREAM,
        codes = {PiiCode.class, TextCode.class},
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class PiiRedactionFactory implements PolicyFactory<PiiRedactionParams> {
    /** Exclusive maximum length of a match of a custom pattern, in characters. */
    private static final int WINDOW = 256;

    /**
     * Maximum number of RE2/J instructions that all custom patterns of an entry may have together. Search time grows
     * with this number.
     */
    private static final int LARGEST = 5_000;

    /**
     * Divisor of the memory limit for tasks outside the event loops. The quotient, about a 64th of the heap, is the
     * limit for the values that all exchanges together store for their responses.
     */
    private static final int PART = 16;

    /**
     * Divisor of the memory limit for the stored values of all exchanges. The quotient is the limit for a single
     * exchange.
     */
    private static final int SHARES = 4;

    @Override
    public EntryFacts facts(PiiRedactionParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super.facts(params, phase);
        if (params.action() == Action.DENY) {
            return facts.with(Fact.JUDGES_CONTENT);
        }
        EntryFacts paired = params.restore() ? facts.with(Fact.STANDS_IN_BOTH_FLOWS) : facts;
        return switch (phase) {
            case REQUEST ->
                params.action() == Action.TOKENIZE
                        ? paired.with(Fact.MASKS_CONTENT).with(Fact.TOKENIZES_CONTENT)
                        : paired.with(Fact.MASKS_CONTENT);
            // With restore, the entry masks nothing in the response.
            case RESPONSE -> paired.with(params.restore() ? Fact.RESTORES_CONTENT : Fact.MASKS_CONTENT);
        };
    }

    /**
     * Creates a policy. With {@code restore}, it shares its stored values with the entry of the same name in the other
     * flow.
     */
    @Override
    public Policy create(PiiRedactionParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        if (params.restore() && params.action() != Action.TOKENIZE) {
            problems.add(new ParamProblem("/restore", "only tokens can be restored: set action to tokenize"));
        }
        if (params.hashKey() != null && params.action() != Action.HASH) {
            problems.add(new ParamProblem("/hash_key", "nothing is hashed: set action to hash, or remove the key"));
        }
        int custom = params.entities().indexOf(Kind.CUSTOM);
        if (custom >= 0 && params.custom().isEmpty()) {
            problems.add(new ParamProblem("/entities/" + custom, "there are no patterns: add them to custom"));
        }
        List<Pattern> patterns = patterns(params.custom(), problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        Search search = new Search(
                new EntityFinder(entities(params.entities())),
                patterns.isEmpty() ? Optional.empty() : Optional.of(PatternList.of(patterns, WINDOW)),
                params.custom().stream()
                        .map(pattern -> pattern.name().toUpperCase(Locale.ROOT))
                        .toList());
        return new PiiRedactionPolicy(
                new RedactionPlan(search, Set.copyOf(params.keysToSkip().values()), params.jsonOnlyValues()),
                substitutes(params, env),
                params.restore() ? vaults(env) : null,
                env,
                params.denialFormat());
    }

    private static @Nullable Supplier<Substitute> substitutes(PiiRedactionParams params, PolicyEnvironment env) {
        return switch (params.action()) {
            case MASK -> Substitute::mask;
            case HASH -> {
                String given = params.hashKey();
                String key = given == null ? env.state("hash key", "", env::newId) : given;
                Substitute hash = Substitute.hash(new KeyedDigest(key));
                yield () -> hash;
            }
            case TOKENIZE -> () -> Substitute.token(new KeyedDigest(env.newId()));
            case DENY -> null;
        };
    }

    private static PiiRedactionPolicy.Vaults vaults(PolicyEnvironment env) {
        Capacity room = env.capacity("values", env.maxWorkBytes() / PART);
        PerExchange<Vault> vaults = env.perExchange("vaults", (vault, _) -> vault.close());
        return new PiiRedactionPolicy.Vaults(
                vaults, () -> new Vault(Substitute.token(new KeyedDigest(env.newId())), room, room.limit() / SHARES));
    }

    private static Set<Entity> entities(List<Kind> kinds) {
        Set<Entity> entities = EnumSet.noneOf(Entity.class);
        kinds.forEach(kind -> entity(kind).ifPresent(entities::add));
        return entities;
    }

    private static Optional<Entity> entity(Kind kind) {
        return kind == Kind.CUSTOM ? Optional.empty() : Optional.of(Entity.valueOf(kind.name()));
    }

    private static List<Pattern> patterns(List<CustomPattern> custom, List<ParamProblem> problems) {
        List<Pattern> patterns = new ArrayList<>(custom.size());
        Set<String> names = new HashSet<>();
        int size = 0;
        for (int i = 0; i < custom.size(); i++) {
            CustomPattern each = custom.get(i);
            String at = "/custom/" + i;
            if (!names.add(each.name()) || isEntity(each.name())) {
                problems.add(new ParamProblem(
                        at + "/name", "another pattern or an entity has this name: choose another name"));
            }
            Pattern pattern = compiled(each.pattern(), at + "/pattern", problems);
            if (pattern != null) {
                size += pattern.programSize();
                patterns.add(pattern);
                if (size > LARGEST) {
                    problems.add(new ParamProblem(
                            at + "/pattern",
                            "this pattern and the earlier ones are too large together: use fewer or shorter patterns"));
                }
            }
        }
        return List.copyOf(patterns);
    }

    private static boolean isEntity(String name) {
        for (Entity entity : Entity.values()) {
            if (entity.code().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Pattern compiled(String text, String pointer, List<ParamProblem> problems) {
        try {
            Pattern pattern = Pattern.compile(text);
            if (pattern.matches("")) {
                problems.add(new ParamProblem(pointer, "the pattern matches empty text, so it occurs in every text"));
            }
            return pattern;
        } catch (PatternSyntaxException wrong) {
            problems.add(
                    new ParamProblem(pointer, "not a regular expression in RE2 syntax: " + wrong.getDescription()));
            return null;
        }
    }
}
