package io.policyengine.core.config.reading;

import io.policyengine.core.config.AcceptConfig;
import io.policyengine.core.config.AcceptConfig.Circumstance;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Cause;
import io.policyengine.core.who.Guarantee;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads and checks the items of {@code accept} of a route policy. */
final class AcceptItems {
    private final Section section;

    private AcceptItems(Section section) {
        this.section = section;
    }

    /**
     * Returns the valid items, and records a problem for each invalid item.
     *
     * @param pointer to the list
     */
    static List<AcceptConfig> read(Section section, String pointer, List<RoutesText.Accept> written) {
        AcceptItems items = new AcceptItems(section);
        List<AcceptConfig> accepted = new ArrayList<>();
        for (int index = 0; index < written.size(); index++) {
            items.item(pointer + "/" + index, written.get(index)).ifPresent(accepted::add);
        }
        return accepted;
    }

    private Optional<AcceptConfig> item(String pointer, RoutesText.Accept item) {
        Map<Guarantee, List<String>> ways = ways(item);
        if (ways.size() != 1) {
            section.error(
                    pointer,
                    Stream.of(Guarantee.values())
                            .map(guarantee -> "'" + guarantee.acceptKey() + "'")
                            .collect(Collectors.joining(", ", "give exactly one of ", "")));
            return Optional.empty();
        }
        Guarantee guarantee = ways.keySet().iterator().next();
        List<String> texts = ways.values().iterator().next();
        checkReason(pointer, item);
        if (guarantee == Guarantee.IDENTITY) {
            checkIdentity(pointer, item);
        }
        List<Circumstance> circumstances = circumstances(pointer, guarantee, texts, values(item.condition()));
        return circumstances == null || !section.isSound(pointer)
                ? Optional.empty()
                : Optional.of(new AcceptConfig(
                        guarantee.acceptKey(),
                        circumstances,
                        item.flow(),
                        values(item.entries()),
                        item.reason().strip(),
                        section.place(pointer)));
    }

    private static Map<Guarantee, List<String>> ways(RoutesText.Accept item) {
        Map<Guarantee, List<String>> ways = new LinkedHashMap<>();
        for (Guarantee guarantee : Guarantee.values()) {
            @Nullable
            StringOrList texts = switch (guarantee) {
                case IDENTITY -> item.noIdentityWhen();
                case ACCESS -> item.noAccessWhen();
                case LIMIT -> item.noLimitWhen();
                case JUDGEMENT -> item.noJudgementWhen();
                case MASK -> item.noMaskWhen();
            };
            if (texts != null) {
                ways.put(guarantee, texts.values());
            }
        }
        return ways;
    }

    private static List<String> values(@Nullable StringOrList texts) {
        return texts == null ? List.of() : texts.values();
    }

    private void checkReason(String pointer, RoutesText.Accept item) {
        if (item.reason().isBlank()) {
            section.error(pointer + "/reason", "must not be blank: say why this is intended");
        }
    }

    /** Rejects keys that select entries or a flow if the item concerns the guarantee of an identity. */
    private void checkIdentity(String pointer, RoutesText.Accept item) {
        String key = Guarantee.IDENTITY.acceptKey();
        if (item.entries() != null) {
            section.error(pointer + "/entries", "'" + key + "' concerns the whole request: remove 'entries'");
        }
        if (item.flow() == Phase.RESPONSE) {
            section.error(pointer + "/flow", "'" + key + "' concerns requests: remove 'flow'");
        }
    }

    /** Returns the circumstances, or null if one of them is invalid. */
    private @Nullable List<Circumstance> circumstances(
            String item, Guarantee guarantee, List<String> texts, List<String> conditions) {
        String pointer = item + "/" + guarantee.acceptKey();
        if (texts.contains(Cause.ALWAYS)) {
            return always(pointer, guarantee, texts, conditions);
        }
        List<Circumstance> circumstances = new ArrayList<>();
        int known = 0;
        boolean isList = section.at(pointer).isArray();
        for (int index = 0; index < texts.size(); index++) {
            String[] parts = texts.get(index).split(" ", 2);
            Optional<Cause.Kind> kind = kind(parts[0]);
            if (kind.isEmpty() || parts.length < 2 || parts[1].isBlank()) {
                section.error(isList ? pointer + "/" + index : pointer, notUnderstood(parts[0], kind.isPresent()));
                return null;
            }
            boolean hasCondition = kind.get() == Cause.Kind.CONDITION_FALSE && known < conditions.size();
            circumstances.add(new Circumstance(
                    kind.get().code(),
                    parts[1],
                    hasCondition ? conditions.get(known).strip() : null));
            known += kind.get() == Cause.Kind.CONDITION_FALSE ? 1 : 0;
        }
        if (known != conditions.size()) {
            section.error(
                    item,
                    "'condition' must list the 'when' of each entry after '" + Cause.Kind.CONDITION_FALSE.code()
                            + "', in the same order: expected " + known + ", found " + conditions.size()
                            + " (`policy-engine who` prints the item)");
        }
        return circumstances;
    }

    private @Nullable List<Circumstance> always(
            String pointer, Guarantee guarantee, List<String> texts, List<String> conditions) {
        if (guarantee != Guarantee.IDENTITY) {
            section.error(
                    pointer,
                    "'" + Cause.ALWAYS + "' is possible only with '" + Guarantee.IDENTITY.acceptKey()
                            + "': name the circumstances, such as 'off NAME'");
            return null;
        }
        if (texts.size() > 1 || !conditions.isEmpty()) {
            section.error(pointer, "'" + Cause.ALWAYS + "' covers every circumstance: remove the others");
            return null;
        }
        return List.of();
    }

    private static String notUnderstood(String word, boolean isKnown) {
        return isKnown
                ? "expected the name of an entry after '" + word + "', such as '" + word + " apiKeyAuth'"
                : "unknown circumstance '" + word + "'"
                        + NearestKey.hint(
                                word,
                                Stream.concat(Stream.of(Cause.ALWAYS), kinds().map(Cause.Kind::code))
                                        .toList(),
                                "circumstances");
    }

    private static Optional<Cause.Kind> kind(String word) {
        return kinds().filter(kind -> kind.code().equals(word)).findFirst();
    }

    /** The kinds of circumstances that an item may name. A reroute and an undecided circumstance cannot be accepted. */
    private static Stream<Cause.Kind> kinds() {
        return Arrays.stream(Cause.Kind.values())
                .filter(kind -> kind != Cause.Kind.REROUTED && kind != Cause.Kind.UNDECIDED);
    }
}
