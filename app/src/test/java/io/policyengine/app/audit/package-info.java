/** Tests of {@code verify-audit}. */
@NullMarked
package io.policyengine.app.audit;

import org.jspecify.annotations.NullMarked;
