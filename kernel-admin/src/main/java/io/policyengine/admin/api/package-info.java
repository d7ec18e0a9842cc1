/**
 * The management API: its operations, its access rules, and its OpenAPI document. The package has over twenty types,
 * since each group of operations has its own type.
 */
@NullMarked
package io.policyengine.admin.api;

import org.jspecify.annotations.NullMarked;
