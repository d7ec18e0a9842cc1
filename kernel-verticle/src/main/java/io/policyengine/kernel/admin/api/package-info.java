/** The management API: its operations, who may use them, and the document that describes them. */
@NullMarked
package io.policyengine.kernel.admin.api;

import org.jspecify.annotations.NullMarked;
