package io.policyengine.policies.format.parts;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The scans of the parts that a body may have by its content type. */
public final class Parts {
    private static final String FORM = "application/x-www-form-urlencoded";

    private Parts() {}

    /**
     * A scan for each way to read the parts: at most four for the boundaries of multipart (RFC 2046 §5.1.1), and one for the fields of a
     * form; none for a body without parts.
     *
     * @param headers of the message
     * @param ofPart makes the scan of a part before its first octet; it is told no end, and of multipart is given what follows the part, too
     */
    public static <E extends Exception> List<OctetScan<E>> scans(HeaderMap headers, Supplier<OctetScan<E>> ofPart) {
        List<OctetScan<E>> scans = new ArrayList<>(1);
        for (String boundary : MediaTypes.boundariesOf(headers)) {
            scans.add(new MultipartScan<>(boundary, ofPart));
        }
        if (MediaTypes.of(headers).mayBe(FORM::equals)) {
            scans.add(new FormScan<>(ofPart));
        }
        return List.copyOf(scans);
    }
}
