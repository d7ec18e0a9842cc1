/** What the management API answers: records whose components are the JSON and its schema. */
@NullMarked
package io.policyengine.kernel.admin.view;

import org.jspecify.annotations.NullMarked;
