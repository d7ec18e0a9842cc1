package io.policyengine.worker.sink;

import io.policyengine.core.sink.chain.AuditFinding;
import io.policyengine.core.sink.chain.TrailCheck;
import io.policyengine.core.sink.chain.TrailKey;
import io.policyengine.core.sink.chain.WrittenHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The findings of a check of audit files. */
final class TrailFindings {
    private TrailFindings() {}

    static List<AuditFinding> of(Optional<TrailKey> key, List<Path> files) throws IOException {
        TrailCheck check = new TrailCheck(key);
        for (Path file : files) {
            check.beginFile(String.valueOf(file.getFileName()));
            List<String> lines = List.of(Files.readString(file).split("\n", -1));
            for (int i = 0; i < lines.size(); i++) {
                boolean isWhole = i < lines.size() - 1;
                if (isWhole || !lines.get(i).isEmpty()) {
                    check.check(lines.get(i).getBytes(StandardCharsets.UTF_8), isWhole);
                }
            }
            Path head = WrittenHead.beside(file);
            check.endFile(
                    Files.exists(head)
                            ? Optional.ofNullable(WrittenHead.parse(Files.readString(head)))
                            : Optional.empty());
        }
        return check.end();
    }
}
