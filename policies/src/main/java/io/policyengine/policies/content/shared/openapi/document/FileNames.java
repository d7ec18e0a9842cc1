package io.policyengine.policies.content.shared.openapi.document;

import java.util.ArrayDeque;
import java.util.Deque;

/** Operations on file names as text, with slashes between directories. A policy has no access to the file system. */
public final class FileNames {
    private FileNames() {}

    /** Returns the last segment of a path. */
    public static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Resolves a path relative to the directory of a file, and removes dot segments. */
    public static String beside(String file, String other) {
        int slash = file.lastIndexOf('/');
        return normal(other.startsWith("/") || slash < 0 ? other : file.substring(0, slash + 1) + other);
    }

    private static String normal(String path) {
        boolean isAbsolute = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            boolean goesUp = part.equals("..");
            if (part.isEmpty() || part.equals(".") || (goesUp && isAbsolute && parts.isEmpty())) {
                continue;
            }
            if (goesUp && !parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else {
                parts.addLast(part);
            }
        }
        return (isAbsolute ? "/" : "") + String.join("/", parts);
    }
}
