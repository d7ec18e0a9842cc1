/** The parts that a body of multipart or of a form has, each scanned for itself as its octets come. */
@NullMarked
package io.policyengine.policies.format.parts;

import org.jspecify.annotations.NullMarked;
