package io.policyengine.policies.access.ipfilter;

import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses a file of addresses and blocks, one per line, with comments after {@code #}. An empty file is rejected, since
 * it may be only partially written. A file with only comments is valid and has no addresses.
 */
record AddressFileParser() implements FileParser<CidrSet> {
    /** Maximum number of faults that are reported for an address file, since a wrong file may have one in each line. */
    private static final int MAX_FAULTS = 5;

    @Override
    public CidrSet parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "line 1: the file is empty; for a file without addresses, write a comment line (# none)");
        }
        List<Cidr> blocks = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            String written = withoutComment(line);
            if (written.isEmpty()) {
                continue;
            }
            try {
                blocks.add(Cidr.parse(written));
            } catch (IllegalArgumentException wrong) {
                faults.add("line " + number + ": " + wrong.getMessage());
            }
            if (faults.size() == MAX_FAULTS) {
                break;
            }
            if (blocks.size() > CidrSet.MAX_BLOCKS) {
                throw new IllegalArgumentException(
                        "line " + number + ": more than " + CidrSet.MAX_BLOCKS + " addresses and blocks");
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
        return CidrSet.of(blocks);
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }
}
