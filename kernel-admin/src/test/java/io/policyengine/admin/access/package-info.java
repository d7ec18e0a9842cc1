/** Who may use the management API, and the audit log of those who did. */
@NullMarked
package io.policyengine.admin.access;

import org.jspecify.annotations.NullMarked;
