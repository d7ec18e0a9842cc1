package com.example.tenantgate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The plan of each tenant in a file. */
record Tenants(Map<String, String> plans) {
    /** Parses the file's text. Error messages name the line and the expected form, but no content of the file. */
    static Tenants parse(String text) {
        Map<String, String> plans = new HashMap<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                continue;
            }
            String[] words = line.split("\\s+", -1);
            if (words.length != 2) {
                throw new IllegalArgumentException("line " + (i + 1) + ": expected a name and a plan");
            }
            plans.put(words[0], words[1]);
        }
        return new Tenants(Map.copyOf(plans));
    }
}
