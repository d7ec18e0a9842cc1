package io.policyengine.core.config.yaml;

import com.google.re2j.Pattern;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.memory.MemoryPlan;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A strict reader of one YAML 1.2 document (core schema). Duplicate keys, a second document and custom tags are errors;
 * aliases are bounded. Reads the parser's events, because Jackson's YAML parser loses the anchors of scalars. Usable
 * once.
 */
public final class YamlFile {
    /** Maximum number of levels of lists and mappings in a YAML file. */
    private static final int DEEPEST = 100;

    /** Maximum length of an integer in a YAML file, in characters. */
    private static final int MAX_DIGITS = 1000;

    private static final Pattern FORBIDDEN_START =
            Pattern.compile("^found character ('.*') that cannot start any token");
    private static final String END_OF_FILE = "the end of the file";
    private static final String NON_SPECIFIC_TAG = "!";
    private static final CoreScalarResolver SCALARS = new CoreScalarResolver(false);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String file;
    private final Map<Anchor, JsonNode> anchors = new HashMap<>();
    private final Iterator<Event> events;
    /** Bounds the values created by aliases: a few lines with nested aliases could otherwise fill the memory. */
    private final ValueBudget budget;

    private YamlFile(String file, Iterator<Event> events, ValueBudget budget) {
        this.file = file;
        this.budget = budget;
        this.events = events;
    }

    private record Value(JsonNode node, YamlPositions places) {}

    /**
     * Reads a document.
     * @param file its name in messages
     * @throws ConfigException with the first problem
     */
    public static LocatedTree parse(String file, String text) {
        return parse(file, text, new ValueBudget());
    }

    /** Reads one of several files that share a budget. */
    public static LocatedTree parse(String file, String text, ValueBudget budget) {
        try {
            var content = text.startsWith("\uFEFF") ? text.substring(1) : text;
            var reading = new YamlFile(
                    file,
                    new Parse(YamlSettings.of(content)).parseString(content).iterator(),
                    budget);
            // The text is held as long as the configuration.
            reading.count(Location.ofFile(file), MemoryPlan.valuesOf(text));
            return reading.read();
        } catch (YamlEngineException e) {
            throw unreadable(file, e);
        }
    }

    private LocatedTree read() {
        Value found = new Value(NODES.nullNode(), YamlPositions.of(Location.ofFile(file), null));
        for (var documents = 0; events.hasNext(); ) {
            var event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    documents++;
                    if (documents > 1) {
                        throw refusal(place(event), "a second YAML document: a file may contain only one");
                    }
                }
                case Scalar, SequenceStart, MappingStart, Alias -> found = value(event, null, 0);
                case StreamStart, StreamEnd, DocumentEnd, SequenceEnd, MappingEnd, Comment -> {}
            }
        }
        if (found.node().isNull()) {
            throw refusal(Location.ofFile(file), "the file is empty");
        }
        return new LocatedTree(file, found.node(), found.places());
    }

    private Value value(Event event, @Nullable Location key, int depth) {
        var place = place(event);
        if (depth > DEEPEST) {
            throw refusal(place, "nested deeper than " + DEEPEST + " levels");
        }
        count(place, 1);
        var value = switch (event) {
            case AliasEvent alias -> new Value(alias(alias.getAlias(), place), YamlPositions.of(place, key));
            case ScalarEvent scalar -> new Value(scalar(scalar, place), YamlPositions.of(place, key));
            case SequenceStartEvent list -> list(list, place, key, depth);
            case MappingStartEvent mapping -> mapping(mapping, place, key, depth);
            default -> throw new IllegalStateException("not the beginning of a value: " + event.getEventId());
        };
        if (!(event instanceof AliasEvent) && event instanceof NodeEvent named) {
            named.getAnchor().ifPresent(anchor -> anchors.put(anchor, value.node()));
        }
        return value;
    }

    private JsonNode scalar(ScalarEvent scalar, Location place) {
        var text = scalar.getValue();
        var tag = scalar.getTag()
                .filter(written -> !written.equals(NON_SPECIFIC_TAG))
                .map(Tag::new)
                .orElseGet(() -> scalar.isPlain() && scalar.getTag().isEmpty() ? SCALARS.resolve(text, true) : Tag.STR);
        try {
            if (tag.equals(Tag.STR)) {
                return NODES.stringNode(text);
            } else if (tag.equals(Tag.NULL)) {
                return NODES.nullNode();
            } else if (tag.equals(Tag.BOOL)) {
                return NODES.booleanNode(Boolean.parseBoolean(text));
            } else if (tag.equals(Tag.INT)) {
                return integer(text);
            } else if (tag.equals(Tag.FLOAT)) {
                return NODES.numberNode(Double.parseDouble(text));
            }
        } catch (NumberFormatException e) {
            throw refusal(place, "this number cannot be expressed in JSON");
        }
        throw refusal(place, "a custom tag: only YAML's standard types are supported");
    }

    private static JsonNode integer(String text) {
        if (text.length() > MAX_DIGITS) {
            // Parsing one takes quadratic time.
            throw new NumberFormatException();
        }
        var value = text.startsWith("0x")
                ? new BigInteger(text.substring(2), 16)
                : text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
        if (value.bitLength() < Integer.SIZE) {
            return NODES.numberNode(value.intValue());
        }
        return value.bitLength() < Long.SIZE ? NODES.numberNode(value.longValue()) : NODES.numberNode(value);
    }

    private Value mapping(MappingStartEvent start, Location place, @Nullable Location ownKey, int depth) {
        checkTag(start.getTag(), Tag.MAP, place);
        var node = NODES.objectNode();
        var places = new HashMap<String, YamlPositions>();
        for (var event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (!(event instanceof ScalarEvent scalar)) {
                throw refusal(place(event), "a key must be text");
            }
            var key = scalar.getValue();
            var earlier = places.get(key);
            if (earlier != null) {
                throw refusal(place(event), "duplicate key '" + key + "', first in line " + earlier.keyLine());
            }
            var value = value(events.next(), place(event), depth + 1);
            node.set(key, value.node());
            places.put(key, value.places());
        }
        return new Value(node, YamlPositions.of(place, ownKey, places, List.of()));
    }

    private Value list(SequenceStartEvent start, Location place, @Nullable Location key, int depth) {
        checkTag(start.getTag(), Tag.SEQ, place);
        var node = NODES.arrayNode();
        var places = new ArrayList<YamlPositions>();
        for (var event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            var value = value(event, null, depth + 1);
            node.add(value.node());
            places.add(value.places());
        }
        return new Value(node, YamlPositions.of(place, key, Map.of(), places));
    }

    private static void checkTag(Optional<String> tag, Tag standard, Location place) {
        if (tag.isPresent()
                && !tag.get().equals(standard.getValue())
                && !tag.get().equals(NON_SPECIFIC_TAG)) {
            throw refusal(place, "a custom tag: only YAML's standard types are supported");
        }
    }

    private JsonNode alias(Anchor anchor, Location place) {
        var anchored = anchors.get(anchor);
        if (anchored == null) {
            throw refusal(place, "unknown anchor '" + anchor.getValue() + "'");
        }
        count(place, ValueBudget.ofCopy(anchored));
        return anchored.deepCopy();
    }

    private void count(Location place, long more) {
        if (!budget.take(more)) {
            throw refusal(
                    place,
                    "too large: more than " + ValueBudget.MAX
                            + " values in all files together, aliases included, which this heap cannot hold: raise the"
                            + " heap (POLICY_ENGINE_HEAP)");
        }
    }

    private Location place(Event event) {
        return event.getStartMark()
                .map(mark -> new Location(file, mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(Location.ofFile(file));
    }

    private static ConfigException refusal(Location place, String message) {
        return new ConfigException(List.of(Problem.error(place, message)));
    }

    // The parser's whole message quotes the text, which may hold a secret.
    private static ConfigException unreadable(String file, YamlEngineException e) {
        if (e instanceof MarkedYamlEngineException marked) {
            var place = marked.getProblemMark()
                    .or(marked::getContextMark)
                    .map(at -> new Location(file, at.getLine() + 1, at.getColumn() + 1))
                    .orElse(Location.ofFile(file));
            return refusal(place, "not YAML: " + inPlainWords(String.valueOf(marked.getProblem())));
        }
        return refusal(Location.ofFile(file), "not valid YAML");
    }

    private static String inPlainWords(String problem) {
        if (problem.startsWith("found character '\\t")) {
            return "a tab in the indentation: use spaces";
        }
        var unusable = FORBIDDEN_START.matcher(problem);
        if (unusable.find()) {
            return "a value cannot begin with " + unusable.group(1) + ": put it in quotes";
        }
        return problem.startsWith("expected <block end>")
                ? "the indentation of this line matches no line before it"
                : problem.replace("'<stream end>'", END_OF_FILE).replace("<stream end>", END_OF_FILE);
    }
}
