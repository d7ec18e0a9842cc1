/** The command {@code verify-audit}: the check of audit trails. */
@NullMarked
package io.policyengine.app.audit;

import org.jspecify.annotations.NullMarked;
