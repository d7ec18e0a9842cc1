/** Tests of structured fields. */
@NullMarked
package io.policyengine.policies.format.structuredfields;

import org.jspecify.annotations.NullMarked;
