/** The responses of the management API, as records whose components define the JSON and its schema. */
@NullMarked
package io.policyengine.admin.view;

import org.jspecify.annotations.NullMarked;
