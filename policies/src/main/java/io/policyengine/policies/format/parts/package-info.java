/** The parts of a multipart body or a form, each scanned separately as its octets arrive. */
@NullMarked
package io.policyengine.policies.format.parts;

import org.jspecify.annotations.NullMarked;
