package io.policyengine.core.config.reading;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.files.SecretRules;
import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Resolves <code>${env:NAME}</code> and <code>${file:PATH}</code> in values that may be secrets ({@link
 * ReferencePositions}), as {@link SecretRules} permit. A doubled dollar sign escapes a reference. Other templates
 * remain unchanged.
 */
final class References {
    private static final Pattern REFERENCE = Pattern.compile("(\\$?)\\$\\{(env|file):([^}]*)(\\}?)");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final ConfTexts texts;
    private final Function<String, @Nullable String> environment;
    private final List<Problem> problems;
    private final Map<String, SecretRules> rules = new HashMap<>();
    private @Nullable Set<String> variablesOfToken;

    /**
     * Creates a resolver for the files of one directory.
     * @param texts the directory, with the referenced files
     * @param problems receives a problem for each reference that cannot be resolved
     */
    References(ConfTexts texts, Function<String, @Nullable String> environment, List<Problem> problems) {
        this.texts = texts;
        this.environment = environment;
        this.problems = problems;
    }

    Resolved resolve(LocatedTree tree) {
        if (!mayRefer(tree.root())) {
            return new Resolved(tree, new TreeMap<>(), Set.of());
        }
        var found = new ReferenceContext(tree, ReferencePositions.of(tree.file()), new TreeMap<>(), new HashSet<>());
        var root = resolve(found, tree.root(), JsonPointer.empty());
        return new Resolved(tree.withRoot(root), found.secrets(), Set.copyOf(found.failed()));
    }

    private static boolean mayRefer(JsonNode node) {
        if (node.isString()) {
            return node.stringValue().contains("${");
        }
        for (var key : node.propertyNames()) {
            if (key.contains("${")) {
                return true;
            }
        }
        for (var child : node) {
            if (mayRefer(child)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A document with resolved references.
     * @param secrets the values inserted by references, by the pointer of the value that contains them: never to be
     *     shown
     * @param failed pointers of the values with a reference that could not be resolved
     */
    record Resolved(LocatedTree tree, NavigableMap<String, List<String>> secrets, Set<String> failed) {
        /** Quotes a value for a message, unless a reference inserted it. */
        String quote(String pointer) {
            return secrets.containsKey(pointer)
                    ? "(a value by reference)"
                    : "'" + tree.root().at(pointer).asString("") + "'";
        }

        /** Returns the values below a pointer that were inserted by references. */
        List<String> secretsBelow(String pointer) {
            // The character after '/' is '0'.
            return secrets.subMap(pointer + "/", true, pointer + "0", false).values().stream()
                    .flatMap(List::stream)
                    .toList();
        }
    }

    private record ReferenceContext(
            LocatedTree tree,
            ReferencePositions places,
            NavigableMap<String, List<String>> secrets,
            Set<String> failed) {}

    private JsonNode resolve(ReferenceContext found, JsonNode node, JsonPointer pointer) {
        return switch (node) {
            case ObjectNode object -> {
                var copy = JsonNodeFactory.instance.objectNode();
                object.forEachEntry((key, child) -> {
                    var at = pointer.appendProperty(key);
                    if (isReference(key)) {
                        problems.add(Problem.error(
                                found.tree().key(at.toString()),
                                "a reference is not possible in a key, because keys are shown"));
                    }
                    copy.set(key, resolve(found, child, at));
                });
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

    private static boolean isReference(String text) {
        var matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private JsonNode text(ReferenceContext found, String text, String pointer) {
        var place = found.tree().value(pointer);
        if (!found.places().allow(pointer) && isReference(text)) {
            found.failed().add(pointer);
            problems.add(Problem.error(place, found.places().refusal()));
            return JsonNodeFactory.instance.stringNode(text);
        }
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
            var contents = found.secrets().computeIfAbsent(pointer, _ -> new ArrayList<>());
            var value = content(matcher, place, pointer);
            if (value == null) {
                found.failed().add(pointer);
            } else {
                contents.add(value);
                result.append(value);
            }
        }
        return JsonNodeFactory.instance.stringNode(
                result.append(text, end, text.length()).toString());
    }

    private @Nullable String content(Matcher reference, Location place, String pointer) {
        var isVariable = reference.group(2).equals("env");
        if (reference.group(4).isEmpty()) {
            problems.add(Problem.error(place, "a reference '${" + reference.group(2) + ":' without its '}'"));
            return null;
        }
        if (!isAdminToken(place.file(), pointer) && isOfAdminToken(isVariable, reference.group(3))) {
            problems.add(Problem.error(
                    place,
                    "the " + (isVariable ? "environment variable '" : "file '") + reference.group(3)
                            + "' holds a token of the management API, and must not be used elsewhere"));
            return null;
        }
        return isVariable ? variable(reference.group(3), place) : file(reference.group(3), place);
    }

    private static boolean isAdminToken(String file, String pointer) {
        return file.equals("kernel.yaml") && pointer.equals(ReferencePositions.ADMIN_TOKEN);
    }

    /**
     * Returns whether the file or variable contains an admin token. References to it are refused, so that authors of
     * routes cannot gain the token's rights.
     */
    private boolean isOfAdminToken(boolean isVariable, String name) {
        if (!isVariable) {
            return texts.isFileOfAdminToken(name);
        }
        if (variablesOfToken == null) {
            variablesOfToken = texts.variablesOfAdminToken();
        }
        return variablesOfToken.contains(name);
    }

    private @Nullable String variable(String name, Location place) {
        if (!VARIABLE.matches(name)) {
            problems.add(Problem.error(
                    place, "'" + name + "' is not the name of an environment variable: letters, digits and '_'"));
            return null;
        }
        var allowed = rules(place.file());
        if (!allowed.allowsVariable(name)) {
            problems.add(Problem.error(
                    place,
                    "the environment variable '" + name + "' may not be read: to permit it, write in "
                            + texts.placeOfRules(place.file()) + ": " + allowed.lineWithVariable(name)));
            return null;
        }
        var value = environment.apply(name);
        if (value == null) {
            problems.add(Problem.error(place, "the environment variable '" + name + "' is not set"));
        }
        return value;
    }

    private SecretRules rules(String file) {
        return rules.computeIfAbsent(file, texts::rulesFor);
    }

    private @Nullable String file(String name, Location place) {
        var remedy = texts.remedyFor(place.file(), name);
        if (remedy != null) {
            problems.add(Problem.error(
                    place,
                    "the file '" + name + "' may not be read: to permit it, write in "
                            + texts.placeOfRules(place.file()) + ": " + remedy));
            return null;
        }
        return switch (texts.referred().get(name)) {
            case FileText.Content(String text) -> withoutLineEnd(text);
            case FileText.Unreadable(String why) -> {
                problems.add(Problem.error(place, "the file '" + name + "' " + why));
                yield null;
            }
            case null -> {
                problems.add(Problem.error(
                        place,
                        "a reference '${file:PATH}' must be written in one piece, without line breaks and escapes"));
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
