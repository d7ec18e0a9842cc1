package io.policyengine.core.config.reading;

import com.google.re2j.Pattern;
import io.policyengine.core.config.Source;
import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.core.params.ParamsValidator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** A file during its validation, with content, problems and positions. */
final class Section {
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern VARIABLES = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*\\*?");

    private final References.Resolved content;
    private final List<Problem> problems;
    private final NavigableSet<String> broken = new TreeSet<>();
    private final NavigableSet<String> wrong = new TreeSet<>();
    /** True if the list of problems is incomplete, so that no part of the file is known to be valid. */
    private boolean isAllBroken;

    Section(References.Resolved content, List<Problem> problems) {
        this.content = content;
        this.problems = problems;
        wrong.addAll(content.failed());
    }

    void validate(ParamsValidator validator) {
        for (var problem : validator.validate(content.tree().root())) {
            isAllBroken |= problem.equals(ParamsValidator.MORE);
            broken.add(problem.pointer());
            if (problem.concernsKey()) {
                errorAtKey(problem.pointer(), problem.message());
            } else {
                error(problem.pointer(), problem.withKey());
            }
        }
    }

    /** Returns whether a value at or below the pointer violates the schema. */
    boolean isBroken(String pointer) {
        return isAllBroken || isIn(broken, pointer);
    }

    /** Returns whether no error has been recorded at or below the pointer. */
    boolean isSound(String pointer) {
        return !isAllBroken && !isIn(wrong, pointer);
    }

    private static boolean isIn(NavigableSet<String> pointers, String pointer) {
        var below = pointers.ceiling(pointer + "/");
        return pointers.contains(pointer) || (below != null && below.startsWith(pointer + "/"));
    }

    LocatedTree tree() {
        return content.tree();
    }

    JsonNode at(String pointer) {
        return content.tree().root().at(pointer);
    }

    String text(String pointer) {
        return at(pointer).asString("");
    }

    boolean has(String pointer) {
        var node = at(pointer);
        return !node.isMissingNode() && !node.isNull();
    }

    /** Quotes the value for a message, unless it may be a secret. */
    String quote(String pointer) {
        return content.quote(pointer);
    }

    /** Returns the values below the pointer that were inserted by references: never to be shown. */
    List<String> secretsBelow(String pointer) {
        return content.secretsBelow(pointer);
    }

    /**
     * Returns the source of a policy's settings.
     * @param pointer to the mapping that contains the settings under the policy's name
     */
    Source settings(String pointer, String policy) {
        var own = pointer + JsonPointer.empty().appendProperty(policy);
        return Source.ofSettings(tree(), own, secretsBelow(own));
    }

    /** Checks the settings that restrict which secrets the file's references may read. */
    void checkSecretRules(String pointer) {
        for (var root : children(pointer + "/roots")) {
            if (text(root).isBlank()) {
                error(root, "a folder is expected");
            } else if (text(root).equals("/")) {
                warning(root, "the root '/' lets every author of routes read every file that this process may read");
            }
        }
        for (var variable : children(pointer + "/env")) {
            if (isBroken(variable)) {
                continue;
            }
            if (text(variable).equals("*")) {
                warning(variable, "'*' lets every author of routes read every variable of this process");
            } else if (!VARIABLES.matches(text(variable))) {
                error(
                        variable,
                        quote(variable)
                                + " is neither the name of an environment variable nor a prefix that ends in "
                                + "'*'");
            }
        }
    }

    /** Returns the pointers to the items of a list, or to the values of a mapping. */
    List<String> children(String pointer) {
        var node = at(pointer);
        var children = new ArrayList<String>();
        if (node.isObject()) {
            node.propertyNames()
                    .forEach(key -> children.add(pointer + JsonPointer.empty().appendProperty(key)));
        }
        for (var index = 0; node.isArray() && index < node.size(); index++) {
            children.add(pointer + "/" + index);
        }
        return children;
    }

    Location place(String pointer) {
        return content.tree().value(pointer);
    }

    /** Records an error of a value, unless the value has a reference that could not be resolved. */
    void error(String pointer, String message) {
        if (content.failed().contains(pointer)) {
            return;
        }
        wrong.add(pointer);
        problems.add(Problem.error(content.tree().value(pointer), message));
    }

    void errorAtKey(String pointer, String message) {
        wrong.add(pointer);
        problems.add(Problem.error(content.tree().key(pointer), message));
    }

    void warning(String pointer, String message) {
        problems.add(Problem.warning(content.tree().value(pointer), message));
    }

    void checkSocketPath(String pointer) {
        var length = text(pointer).getBytes(StandardCharsets.UTF_8).length;
        if (length > UnixSocket.MAX_PATH_OCTETS) {
            error(
                    pointer,
                    "the socket path has " + length + " bytes: at most " + UnixSocket.MAX_PATH_OCTETS
                            + " are possible");
        }
    }

    /** Checks the header fields of a response (RFC 9110 §5.1, §5.5). */
    void checkHeaders(String pointer) {
        for (var field : children(pointer)) {
            var name = JsonPointer.compile(field).last().getMatchingProperty();
            if (!HEADER_NAME.matches(name)) {
                errorAtKey(field, "'" + name + "' is not the name of a header field");
            } else if (name.equalsIgnoreCase("content-length") || name.equalsIgnoreCase("transfer-encoding")) {
                errorAtKey(field, "'" + name + "' is set by Envoy and cannot be set here");
            }
            if (text(field).chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f)) {
                error(field, "a header value must not contain control characters");
            }
        }
    }
}
