/**
 * The management API: its operations, its access rules, and its OpenAPI document. It has over twenty types because each
 * group of operations has one.
 */
@NullMarked
package io.policyengine.admin.api;

import org.jspecify.annotations.NullMarked;
