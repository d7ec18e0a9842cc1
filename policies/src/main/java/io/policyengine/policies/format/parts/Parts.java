package io.policyengine.policies.format.parts;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.format.multipart.Boundary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The scans of the parts that a body may have by its content type. */
public final class Parts {
    private static final String FORM = "application/x-www-form-urlencoded";

    private Parts() {}

    /**
     * A scan for each way to read the parts: one for those of multipart, and one for the fields of a form; none for a body without parts.
     *
     * @param headers of the message
     * @param ofPart makes the scan of a part before its first octet
     */
    public static <E extends Exception> List<PartScan<E>> scans(HeaderMap headers, Supplier<OctetScan<E>> ofPart) {
        List<PartScan<E>> scans = new ArrayList<>(1);
        if (Boundary.isStated(headers)) {
            scans.add(new MultipartScan<>(headers, 0, ofPart));
        }
        if (MediaTypes.of(headers).mayBe(FORM::equals)) {
            scans.add(new FormScan<>(ofPart));
        }
        return List.copyOf(scans);
    }
}
