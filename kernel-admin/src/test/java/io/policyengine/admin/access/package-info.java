/** Access to the management API, and its audit log. */
@NullMarked
package io.policyengine.admin.access;

import org.jspecify.annotations.NullMarked;
