/**
 * The management API: its operations, who may use them, and the document that describes them. Over twenty types, since each group of
 * operations has one.
 */
@NullMarked
package io.policyengine.kernel.admin.api;

import org.jspecify.annotations.NullMarked;
