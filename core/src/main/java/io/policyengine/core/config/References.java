package io.policyengine.core.config;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the environment and files in the place of <code>${env:NAME}</code> and <code>${file:PATH}</code> in string values. A
 * doubled dollar sign keeps such a text as it is; other templates are left alone.
 */
final class References {
    private static final Pattern REFERENCE = Pattern.compile("(\\$?)\\$\\{(env|file):([^}]*)(\\}?)");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, FileText> files;
    private final Function<String, @Nullable String> environment;
    private final List<Problem> problems;

    /**
     * A resolver for the files of one directory.
     *
     * @param files what the files hold that are referred to, by path as written
     * @param problems where what cannot be resolved is noted
     */
    References(Map<String, FileText> files, Function<String, @Nullable String> environment, List<Problem> problems) {
        this.files = files;
        this.environment = environment;
        this.problems = problems;
    }

    /** The document with its references resolved. */
    Resolved resolve(LocatedTree tree) {
        if (!mayRefer(tree.root())) {
            return new Resolved(tree, Set.of(), Set.of());
        }
        var found = new Found(tree, new HashSet<>(), new HashSet<>());
        var root = resolve(found, tree.root(), JsonPointer.empty());
        return new Resolved(tree.withRoot(root), Set.copyOf(found.secrets()), Set.copyOf(found.failed()));
    }

    private static boolean mayRefer(JsonNode node) {
        if (node.isString()) {
            return node.stringValue().contains("${");
        }
        for (var child : node) {
            if (mayRefer(child)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A document without references.
     *
     * @param secrets pointers of the values that came from elsewhere: never to be shown
     * @param failed pointers of the values that could not be resolved
     */
    record Resolved(LocatedTree tree, Set<String> secrets, Set<String> failed) {
        /** The value in quotes, unless it came from elsewhere. */
        String quote(String pointer) {
            return secrets.contains(pointer)
                    ? "(a value by reference)"
                    : "'" + tree.root().at(pointer).asString("") + "'";
        }
    }

    private record Found(LocatedTree tree, Set<String> secrets, Set<String> failed) {}

    private JsonNode resolve(Found found, JsonNode node, JsonPointer pointer) {
        return switch (node) {
            case ObjectNode object -> {
                var copy = JsonNodeFactory.instance.objectNode();
                object.forEachEntry((key, child) -> copy.set(key, resolve(found, child, pointer.appendProperty(key))));
                yield copy;
            }
            case ArrayNode array -> {
                var copy = JsonNodeFactory.instance.arrayNode();
                for (var child : array) {
                    copy.add(resolve(found, child, pointer.appendIndex(copy.size())));
                }
                yield copy;
            }
            default ->
                node.isString() && node.stringValue().contains("${")
                        ? text(found, node.stringValue(), pointer.toString())
                        : node;
        };
    }

    private JsonNode text(Found found, String text, String pointer) {
        var place = found.tree().value(pointer);
        var result = new StringBuilder();
        var matcher = REFERENCE.matcher(text);
        var end = 0;
        while (matcher.find()) {
            result.append(text, end, matcher.start());
            end = matcher.end();
            if (!matcher.group(1).isEmpty()) {
                result.append(text, matcher.start() + 1, matcher.end());
                continue;
            }
            found.secrets().add(pointer);
            var value = content(matcher, place);
            if (value == null) {
                found.failed().add(pointer);
            } else {
                result.append(value);
            }
        }
        return JsonNodeFactory.instance.stringNode(
                result.append(text, end, text.length()).toString());
    }

    private @Nullable String content(Matcher reference, Location place) {
        var isVariable = reference.group(2).equals("env");
        if (reference.group(4).isEmpty()) {
            problems.add(Problem.error(place, "a reference '${" + reference.group(2) + ":' without its '}'"));
            return null;
        }
        return isVariable ? variable(reference.group(3), place) : file(reference.group(3), place);
    }

    private @Nullable String variable(String name, Location place) {
        if (!VARIABLE.matches(name)) {
            problems.add(Problem.error(
                    place, "'" + name + "' is no name of an environment variable: letters, digits and '_'"));
            return null;
        }
        var value = environment.apply(name);
        if (value == null) {
            problems.add(Problem.error(place, "the environment variable '" + name + "' is not set"));
        }
        return value;
    }

    private @Nullable String file(String name, Location place) {
        return switch (files.get(name)) {
            case FileText.Content(String text) -> withoutLineEnd(text);
            case FileText.Unreadable(String why) -> {
                problems.add(Problem.error(place, "the file '" + name + "' " + why));
                yield null;
            }
            case null -> {
                problems.add(Problem.error(
                        place, "a reference '${file:' that is not written in one piece: it cannot be watched"));
                yield null;
            }
        };
    }

    private static String withoutLineEnd(String text) {
        return text.endsWith("\r\n")
                ? text.substring(0, text.length() - 2)
                : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
