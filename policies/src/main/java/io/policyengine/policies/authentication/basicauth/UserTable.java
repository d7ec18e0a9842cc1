package io.policyengine.policies.authentication.basicauth;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/**
 * Password hashes by user name.
 *
 * @param dearest the slowest hash to verify, or null if there are no users
 */
record UserTable(Map<String, PasswordHash> users, @Nullable PasswordHash dearest) {
    private static final UserTable EMPTY = UserTable.of(Map.of());

    static UserTable of(Map<String, PasswordHash> users) {
        return new UserTable(
                users,
                users.values().stream()
                        .max(Comparator.comparingLong(PasswordHash::nanos))
                        .orElse(null));
    }

    static UserTable empty() {
        return EMPTY;
    }

    @Nullable
    PasswordHash find(String user) {
        return users.get(user);
    }

    /**
     * Returns the users that the parameters list, and adds the problems found. One verification may use at most
     * {@code maxHeapBytes}.
     */
    static UserTable of(Map<String, String> hashes, String pointer, long maxHeapBytes, List<ParamProblem> problems) {
        Map<String, PasswordHash> users = new LinkedHashMap<>();
        hashes.forEach((name, hash) -> {
            try {
                users.put(checkedName(name), PasswordHash.parse(hash, maxHeapBytes));
            } catch (IllegalArgumentException wrong) {
                String where = pointer + JsonPointer.empty().appendProperty(name);
                problems.add(new ParamProblem(where, String.valueOf(wrong.getMessage())));
            }
        });
        return UserTable.of(users);
    }

    private static String checkedName(String name) {
        if (name.indexOf(':') >= 0 || !IdentityHeaders.isLegalId(name)) {
            throw new IllegalArgumentException(
                    "a user name must not be empty, and must have no colon, no control characters and no blanks at its ends");
        }
        return name;
    }

    /**
     * Parses lines {@code NAME:HASH}. Empty lines, lines that begin with {@code #}, and text after a second colon are
     * ignored. A blank file is refused, since it may be only partially written.
     *
     * @param inline users of the parameters, which the file must not repeat
     * @param maxHeapBytes maximum heap of a verification, in bytes
     */
    record HtpasswdParser(UserTable inline, long maxHeapBytes) implements FileParser<UserTable> {
        @Override
        public UserTable parse(String text) {
            if (text.isBlank()) {
                throw new IllegalArgumentException(
                        "line 1: the file is empty; for a file without users, write a comment line");
            }
            Map<String, PasswordHash> users = new LinkedHashMap<>();
            List<String> problems = new ArrayList<>();
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    try {
                        add(line, users);
                    } catch (IllegalArgumentException wrong) {
                        problems.add("line " + (i + 1) + ": " + wrong.getMessage());
                    }
                }
            }
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
            return UserTable.of(users);
        }

        private void add(String line, Map<String, PasswordHash> users) {
            String[] parts = line.split(":", 3);
            if (parts.length < 2) {
                throw new IllegalArgumentException("NAME:HASH is expected");
            }
            String name = checkedName(parts[0]);
            if (inline.find(name) != null
                    || users.putIfAbsent(name, PasswordHash.parse(parts[1], maxHeapBytes)) != null) {
                throw new IllegalArgumentException("the user is listed twice");
            }
        }
    }
}
