/** Access to the management API: tokens and their roles, callers, and the audit log. */
@NullMarked
package io.policyengine.admin.access;

import org.jspecify.annotations.NullMarked;
